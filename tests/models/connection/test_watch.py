from models.connection.watch import unwatched


def test_an_unwatched_statement_runs_in_a_shared_context() -> None:
    with unwatched("SELECT 1", []) as nothing:
        assert nothing is None
    assert unwatched("SELECT 1", []) is unwatched("SELECT 2", [1])
