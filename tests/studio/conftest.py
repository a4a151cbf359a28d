"""The networks that nobody trained, of the wing below."""

from tests.talking.conftest import models  # noqa: F401
