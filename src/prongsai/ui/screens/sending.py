"""What arrives is sent once: the token of a page's form, claimed before anything is done with what it carries."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256

from django.http import HttpRequest, QueryDict

from prongsai.foundation.desk import services as desk
from prongsai.foundation.desk.models import SentForm
from prongsai.ui.typed import token_in

ONCE, DRAFT, DISCARD, AGAIN = "once", "_draft", "_discard", "_again"
NOT_TYPED = {"csrfmiddlewaretoken", ONCE, DRAFT, DISCARD, AGAIN}


def fresh_token() -> str:
    """The token of one form on one page: whoever sends it twice has sent it once."""
    return secrets.token_urlsafe(16)


def typed(data: QueryDict) -> dict[str, list[str]]:
    """What a person typed into a form, without what the page put there."""
    return {name: data.getlist(name) for name in data if name not in NOT_TYPED}


def sent_token(request: HttpRequest) -> str:
    """The token that came with the form; "" when it brought none."""
    return token_in(request.POST.get(ONCE, ""))


def claim(request: HttpRequest) -> str | None:
    """Where this very form led when it came before; None the first time, or without a token.

    Raises WrongState when the token came before with something else typed: a page that was gone back to.
    """
    token = sent_token(request)
    return desk.once(token, content=_content(request)) if token else None


def sent_alike(request: HttpRequest) -> SentForm | None:
    """The form that lately said the very same under another token: somebody went back and pressed once more.

    None when the person has been told of it and wants it all the same.
    """
    return None if AGAIN in request.POST else desk.sent_alike(_content(request))


def _content(request: HttpRequest) -> str:
    """A digest of all that was sent to this address: the same form sent twice says the same."""
    files = [(name, file.name, file.size) for name, file in request.FILES.items()]
    said = json.dumps([request.path, typed(request.POST), files], sort_keys=True)
    return sha256(said.encode()).hexdigest()
