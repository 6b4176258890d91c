"""Addresses of the workspace's screens of complaints."""

from __future__ import annotations

from django.urls import URLPattern, path

from prongsai.modules.complaints.backoffice import (
    answers,
    categories,
    concerned,
    days,
    forwarding,
    home,
    intake,
    new_code,
    publishing,
    rules,
    settings,
    traffy,
)
from prongsai.modules.complaints.backoffice.desk import DESK
from prongsai.ui.cases.addresses import case_patterns

WORK = "<slug:organization>/work/complaints/"
CASE = WORK + "<int:case>/"

patterns: list[URLPattern] = [
    path(WORK, home.Desk.as_view(), name="complaints-desk"),
    path(WORK + "new/", intake.Intake.as_view(), name="complaints-intake"),
    path(WORK + "publish/", publishing.PublishSeveral.as_view(), name="complaints-publish"),
    path(WORK + "rules/", rules.Rules.as_view(), name="complaints-rules"),
    path(WORK + "rules/add/", rules.AddRule.as_view(), name="complaints-rule-add"),
    path(WORK + "rules/<int:rule>/", rules.EditRule.as_view(), name="complaints-rule"),
    path(WORK + "categories/", categories.Categories.as_view(), name="complaints-categories"),
    path(WORK + "categories/units/", categories.Units.as_view(), name="complaints-units"),
    path(WORK + "answers/", answers.Answers.as_view(), name="complaints-answers"),
    path(WORK + "answers/add/", answers.AddAnswer.as_view(), name="complaints-answer-add"),
    path(WORK + "answers/start/", answers.StartAnswers.as_view(), name="complaints-answers-start"),
    path(WORK + "answers/<int:answer>/", answers.EditAnswer.as_view(), name="complaints-answer"),
    path(WORK + "days/", days.Days.as_view(), name="complaints-days"),
    path(WORK + "days/add/", days.AddDay.as_view(), name="complaints-day-add"),
    path(WORK + "days/import/", days.ImportDays.as_view(), name="complaints-days-import"),
    path(WORK + "days/example.csv", days.example, name="complaints-days-example"),
    path(WORK + "settings/", settings.Settings.as_view(), name="complaints-settings"),
    path(WORK + "traffy/", traffy.Traffy.as_view(), name="complaints-traffy"),
    path(WORK + "traffy/connect/", traffy.ConnectTraffy.as_view(), name="complaints-traffy-connect"),
    path(WORK + "traffy/disconnect/", traffy.DisconnectTraffy.as_view(), name="complaints-traffy-disconnect"),
    path(CASE + "receipt/", intake.Receipt.as_view(), name="complaints-case-receipt"),
    path(CASE + "code/", new_code.NewCode.as_view(), name="complaints-case-code"),
    path(CASE + "forward/", forwarding.Forward.as_view(), name="complaints-case-forward"),
    path(CASE + "letter/", forwarding.LetterPage.as_view(), name="complaints-case-letter"),
    path(
        CASE + "letter.<slug:format>", forwarding.LetterPaper.as_view(), name="complaints-case-letter-paper"
    ),
    path(CASE + "letter/signed/", forwarding.LetterSigned.as_view(), name="complaints-case-letter-signed"),
    path(CASE + "agency/", forwarding.AgencyAnswer.as_view(), name="complaints-case-agency"),
    path(CASE + "concerned/", concerned.Concerned.as_view(), name="complaints-case-concerned"),
    path(CASE + "concerned/add/", concerned.AddConcerned.as_view(), name="complaints-case-concerned-add"),
    path(
        CASE + "concerned/<int:person>/letter.<slug:format>",
        concerned.ConcernedPaper.as_view(),
        name="complaints-case-concerned-paper",
    ),
    path(
        CASE + "concerned/<int:person>/<slug:step>/",
        concerned.ConcernedStep.as_view(),
        name="complaints-case-concerned-step",
    ),
    *case_patterns(DESK, "complaints"),
]
