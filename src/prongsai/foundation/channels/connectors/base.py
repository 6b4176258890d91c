"""What every connector is, and the words between connectors and the services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from prongsai.foundation.channels.models import Channel, Inbound, Outbound


class Undelivered(Exception):
    """A message did not go out. `final`: trying again is of no use. `after`: not sooner. `whole`: nothing goes out by the channel.

    The text is Thai, is shown to the office, and holds neither secrets nor what the message said.
    """

    def __init__(
        self, reason: str, *, final: bool = False, after: timedelta | None = None, whole: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason, self.final, self.after, self.whole = reason, final, after, whole


class NotConnected(Exception):
    """The other side does not take our credentials, or cannot be reached. The text is Thai, without secrets."""


class Forged(Exception):
    """What arrived is not signed as the channel's own sender would sign it."""


# How a recipient names what somebody wrote in public, instead of a person; and `how` of the one message to its writer.
COMMENT, POST = "comment:", "post:"
PRIVATE = "private"


@dataclass(frozen=True)
class Sent:
    """How a message went out, and what the other side calls it. `recipient`: whom further messages go to from now on."""

    how: str
    message_id: str = ""
    recipient: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file that came with a message: its bytes, or why there are none."""

    name: str
    content: bytes = b""
    refused: str = ""


@dataclass(frozen=True)
class Arrival:
    """One message as a webhook or a mailbox delivered it, before anybody looked at what it says.

    `at`: when it was sent, as the service says that delivers it. What is delivered again came late, not the citizen.
    """

    source_key: str
    sender: str = ""
    thread: str = ""
    body: Mapping[str, Any] = field(default_factory=dict[str, Any])
    raw: bytes | None = None
    at: datetime | None = None


def moment(seconds: Any) -> datetime | None:
    """A service's time stamp; None for what is none."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC) if seconds else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


@dataclass(frozen=True)
class Said:
    """What a message says, once it is looked at.

    `sender` is who wrote it, as far as the channel knows; `answer_to` where answers go, when the message names somebody
    else for them: whoever writes can name anybody.
    `skipped`: why nobody needs to see it. `held`: why a person looks before anything is done. `reports`: the mails on
    whose delivery it reports, `bounced` those of them that came back; it is passed over when one of them is ours.
    """

    text: str = ""
    subject: str = ""
    sender: str = ""
    answer_to: str = ""
    thread: str = ""
    files: tuple[Attachment, ...] = ()
    skipped: str = ""
    held: str = ""
    reports: tuple[str, ...] = ()  # message ids
    bounced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A field of the form by which a channel is connected. Secrets are write-only.

    `goes_to`: the settings that say to which server a secret goes, and under which name; the server's address comes first.
    """

    key: str
    secret: bool = False
    required: bool = True
    goes_to: tuple[str, ...] = ()


class Connector(Protocol):
    """How one kind of channel speaks with the world. Everything here may take seconds, and is called from jobs."""

    kind: str
    asks: tuple[Asked, ...]

    def greet(self, channel: Channel) -> Mapping[str, Any]:
        """Try the credentials; returns settings to keep (a name, where the mailbox stands). Raises NotConnected."""
        ...

    def arrivals(self, channel: Channel, headers: Mapping[str, str], content: bytes) -> Iterable[Arrival]:
        """The messages in what a webhook received. Raises Forged for a wrong signature, ValueError for nonsense."""
        ...

    def read(self, channel: Channel, inbound: Inbound) -> Said:
        """What a kept message says, its files fetched. Raises OSError when these cannot be had now."""
        ...

    def deliver(self, channel: Channel | None, outbound: Outbound, now: datetime) -> Sent:
        """Send a message. Raises Undelivered."""
        ...

    def send_canary(self, channel: Channel, text: str) -> None:
        """Send the system's own test message in, as a stranger's would come. Raises NotConnected."""
        ...
