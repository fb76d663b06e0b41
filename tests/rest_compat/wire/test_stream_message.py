from rest_compat.wire.stream_message import StreamMessage


class Sender:
    @staticmethod
    def framed(message: bytes) -> bytes:
        return b"<" + message + b">"

    def send_now(self, frame: bytes) -> bool:
        return bool(frame)


class BareSender(Sender):
    @staticmethod
    def framed(message: bytes) -> bytes:
        return bytes(message)


def test_a_frame_is_made_once_for_senders_of_a_kind() -> None:
    message = StreamMessage("é")
    frame = message.frame(Sender())
    assert frame == b"<" + "é".encode() + b">"
    assert message.frame(Sender()) is frame


def test_other_bytes_around_make_another_frame() -> None:
    message = StreamMessage("é")
    assert message.frame(Sender()) == b"<" + "é".encode() + b">"
    assert message.frame(Sender(), (b"a", b"b")) == b"<a" + "é".encode() + b"b>"


def test_senders_of_another_kind_make_another_frame() -> None:
    message = StreamMessage("a")
    assert message.frame(Sender()) == b"<a>"
    assert message.frame(BareSender()) == b"a"
