"""Where the recipient outside the office fetches what is sealed to them, by a secret that the office does not know."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from prongsai.kernel.errors import InvalidInput
from prongsai.modules.corruption.forms import CollectForm
from prongsai.modules.corruption.limits import Answer, asking
from prongsai.modules.corruption.portal.frame import Quiet
from prongsai.modules.corruption.sealed_file import sealed_file
from prongsai.modules.corruption.services import bundle, count_parts, holder_by_secret, take_over


class Collect(Quiet):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page("collect", form=CollectForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CollectForm(request.POST)
        if not form.is_valid():
            return self.page("collect", form=form)
        if asking.ask(self.stranger, answered=False) is not Answer.YES:
            form.add_error(
                None, gettext("Very many are trying just now. Wait a minute, then press the button again")
            )
            return self.page("collect", 429, form=form)
        holder = holder_by_secret(form.cleaned_data["secret"])
        if holder is None:
            form.add_error("secret", gettext("The secret is not known here"))
            return self.page("collect", form=form)
        if refs := form.cleaned_data["refs"].split():
            try:
                count = take_over(holder=holder, refs=refs)
            except InvalidInput as error:
                form.add_error("refs", str(error))
                return self.page("collect", form=form)
            return self.page("collect", form=CollectForm(), taken=count)
        part = form.cleaned_data["part"] or 1
        try:
            return sealed_file(bundle(holder, part), part, count_parts(holder))
        except InvalidInput as error:
            form.add_error("part", str(error))
            return self.page("collect", form=form)
