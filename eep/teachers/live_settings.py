"""Settings that teachers share which are real models: which model, where, how patiently and at what cost at most."""

import re
from dataclasses import fields
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from eep.core.redact import Redactor, secrets
from eep.teachers.base import TeacherSettings
from eep.teachers.limits import Limits, Price

_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


class LiveSettings(TeacherSettings):
    """Which model answers, and the caps on asking it."""

    #: Settings that change no answer: they may differ between two runs of one plan.
    operational: ClassVar[frozenset[str]] = frozenset(
        {field.name for field in fields(Limits)} | {"timeout", "api_key_env"}
    )
    #: Where the provider itself is asked.
    home: ClassVar[str]
    #: The environment variable that its key is in.
    home_key_env: ClassVar[str]

    model: str = Field(
        min_length=1, description="The model, as its provider names it; there is no default: models are retired."
    )
    base_url: str | None = Field(
        default=None,
        description="Address of another server that speaks the provider's protocol; your key is not sent to it.",
    )
    api_key_env: str | None = Field(
        default=None,
        description="Environment variable that holds the key; the provider's usual one by default.",
        json_schema_extra={"pattern": _VARIABLE.pattern},
    )
    timeout: float = Field(
        default=60.0, gt=0, le=3600, description="Seconds after which a request without a reply is given up."
    )
    max_attempts: int = Field(
        default=6, ge=1, le=100, description="Failed requests after which a question counts as failed."
    )
    max_elapsed: float = Field(
        default=600.0, gt=0, le=86_400, description="Seconds that one question may wait and be tried again."
    )
    max_requests: int | None = Field(
        default=None, ge=1, description="Requests of one run at most, repeated ones included."
    )
    max_minutes: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="Minutes that one run asks at most."
    )
    price: Price | None = Field(default=None, description="What tokens cost, by the provider's price list.")
    max_cost: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="Money that one run spends at most, in the currency of the price; needs a price.",
    )

    @field_validator("model")
    @classmethod
    def _no_key(cls, value: str) -> str:
        """Refuse a key in a model's place, without showing it: it would be sent, stored, and name folders."""
        if value.startswith("sk-") or Redactor(secrets()).given(value) != value:
            raise ValueError("expected a model's name; found what looks like a key, not shown here")
        return value

    @field_validator("api_key_env")
    @classmethod
    def _variable(cls, value: str | None) -> str | None:
        """Refuse what is no variable's name, without showing it: it may be the key itself."""
        if value is not None and not (_VARIABLE.match(value) and Redactor()(value) == value):
            raise ValueError("expected the name of an environment variable; found something else, not shown here")
        return value

    @field_validator("base_url")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        """Refuse what is no address, and addresses that carry a password, which is not shown."""
        if value is None:
            return None
        if set(value) & {"@", "?", "#"}:
            raise ValueError("expected an address without user name, password, query or fragment; found one with")
        try:
            parts = urlsplit(value)
            known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            known = False
        if not known:
            shown = Redactor(secrets())(value)
            raise ValueError(f"expected an address such as http://localhost:8000/v1; found {shown!r}")
        return value.rstrip("/")

    @field_validator("max_cost")
    @classmethod
    def _priced(cls, value: float | None, info: ValidationInfo) -> float | None:
        """Refuse a cap on money where nothing says what tokens cost."""
        if value is not None and "price" in info.data and info.data["price"] is None:
            raise ValueError("expected a table [teacher.price] beside max_cost; found none")
        return value

    @property
    def limits(self) -> Limits:
        """The caps on asking."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    @property
    def address(self) -> str:
        """Where the model is asked."""
        return self.base_url or self.home

    @property
    def key_env(self) -> str:
        """The variable that holds the key; empty where none is needed: a key never goes to another server unasked."""
        if self.api_key_env is None and self.base_url is not None:
            return ""
        return self.api_key_env or self.home_key_env

    @property
    def whose_key(self) -> str:
        """Which key is sent, for whoever reads that it was not accepted."""
        if name := self.key_env:
            return f"asked with the key in {name}"
        return "no key was sent; if this server wants one, teacher.api_key_env names the variable that holds it"
