"""Words to name things with, in the languages that the shop speaks."""

import random
from typing import Final

LANGUAGES: Final = ("en", "de", "fr", "pl")

KINDS: Final = (
    {"en": "New customers", "de": "Neukunden", "fr": "Nouveaux clients", "pl": "Nowi klienci"},
    {"en": "Regulars", "de": "Stammkunden", "fr": "Habitués", "pl": "Stali klienci"},
    {"en": "Resellers", "de": "Wiederverkäufer", "fr": "Revendeurs", "pl": "Sprzedawcy"},
    {"en": "Trade and craft", "de": "Handwerk", "fr": "Artisans", "pl": "Rzemiosło"},
    {"en": "Schools", "de": "Schulen", "fr": "Écoles", "pl": "Szkoły"},
    {"en": "Gardeners", "de": "Gartenfreunde", "fr": "Jardiniers", "pl": "Ogrodnicy"},
    {"en": "Newsletter readers", "de": "Newsletter-Leser", "fr": "Abonnés", "pl": "Czytelnicy"},
)
THINGS: Final = (
    {"en": "Hammer", "de": "Hammer", "fr": "Marteau", "pl": "Młotek"},
    {"en": "Screwdriver", "de": "Schraubendreher", "fr": "Tournevis", "pl": "Śrubokręt"},
    {"en": "Drill", "de": "Bohrmaschine", "fr": "Perceuse", "pl": "Wiertarka"},
    {"en": "Workbench", "de": "Werkbank", "fr": "Établi", "pl": "Stół warsztatowy"},
    {"en": "Paint", "de": "Farbe", "fr": "Peinture", "pl": "Farba"},
    {"en": "Garden hose", "de": "Gartenschlauch", "fr": "Tuyau d'arrosage", "pl": "Wąż ogrodowy"},
    {"en": "Work gloves", "de": "Arbeitshandschuhe", "fr": "Gants de travail", "pl": "Rękawice robocze"},
    {"en": "Ladder", "de": "Leiter", "fr": "Échelle", "pl": "Drabina"},
)
ABOUT: Final = {
    "en": "Chosen by hand for the season; prices and delivery times differ from the public catalogue.",
    "de": "Von Hand für die Saison ausgewählt; Preise und Lieferzeiten weichen vom Katalog ab.",
    "fr": "Choisis à la main pour la saison ; prix et délais diffèrent du catalogue public.",
    "pl": "Wybrane ręcznie na sezon; ceny i terminy dostaw różnią się od katalogu.",
}
FIRST_NAMES: Final = ("Ada", "Émile", "Jürgen", "Łucja", "Grace", "Noël", "Søren", "Zoë", "Alan", "Françoise")
LAST_NAMES: Final = ("Müller", "Lefèvre", "Kowalska", "O'Neil", "Smith", "Groß", "Dvořák", "Ångström", "Weiß")
COMPANIES: Final = ("Werkstatt", "Atelier", "Building Supplies", "Hurtownia", "Holzbau", "Quincaillerie")


def numbered(words: dict[str, str], number: int) -> dict[str, str]:
    """The words in every language, told apart by a number."""
    return {language: f"{word} {number}" for language, word in words.items()}


def partly_translated(words: dict[str, str], choice: random.Random) -> dict[str, str]:
    """As shops have it: English always, the rest as far as the translators came."""
    known = LANGUAGES[: choice.choices((1, 2, 4), weights=(1, 2, 5))[0]]
    return {language: words[language] for language in known}
