"""The import page: editors drop documents, look at what was read in them, correct it, and import.

Dropped files wait in a tray (``articles.admin.tray``); what is written goes through ``articles.documents.importing``.
Who may add articles may import; in which state, the rules say.
"""

import time
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from articles import rules
from articles.admin import looking, trays
from articles.admin.correcting import CorrectionForm, TargetForm, corrections_of, typed
from articles.admin.moment import now_of
from articles.admin.moving import MOST_NAMED
from articles.admin.record import as_download
from articles.admin.trays import Entry, Tray
from articles.documents.choices import Choices
from articles.documents.importing import Importer
from articles.documents.results import Outcome, Result
from articles.models import Article, Origin
from articles.states import State

READ_WITHIN = 4.0  # seconds of one request; the page asks again for what is left
IMPORT_WITHIN = 8.0
LONGEST_COUNT = 6  # digits of a number of documents
Told = tuple[int, str]  # level and sentence of a message
WORDS = {
    "queued": gettext_lazy("%(name)s waits."),
    "waiting": gettext_lazy("%(name)s: %(percent)s %% sent."),
    "kept": gettext_lazy("%(name)s is here."),
    "too large": gettext_lazy("%(name)s has %(size)s MB; at most %(most)s MB are taken."),
    "failed": gettext_lazy("%(name)s could not be sent. Check the connection and try again."),
    "refused": gettext_lazy("The server did not take %(name)s (answer %(status)s)."),
    "signed out": gettext_lazy("You are signed out. Sign in again in another window, then try again."),
    "dismiss": gettext_lazy("Dismiss"),
    "importing": gettext_lazy("Importing: %(done)s done, %(left)s left."),
    "reading": gettext_lazy("Reading: %(left)s documents left."),
}


class ImportViews(admin.ModelAdmin):  # type: ignore[type-arg]
    """The addresses of the import page."""

    def get_urls(self) -> list[URLPattern]:
        def wrapped(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(f"import/{route}", self.admin_site.admin_view(self._for_importers(view)), name=name)

        document = "<str:token>/<str:key>/"
        return [
            wrapped("", self.import_view, "articles_article_import"),
            wrapped("<str:token>/", require_GET(self.tray_view), "articles_article_tray"),
            wrapped("<str:token>/files/", require_POST(self.tray_files_view), "articles_article_tray_files"),
            wrapped("<str:token>/sound/", require_POST(self.sound_view), "articles_article_tray_sound"),
            wrapped("<str:token>/away/", require_POST(self.away_view), "articles_article_tray_away"),
            wrapped(document, self.document_view, "articles_article_document"),
            wrapped(f"{document}original/", require_GET(self.original_view), "articles_article_document_original"),
            wrapped(f"{document}<int:place>/", require_GET(self.picture_view), "articles_article_document_picture"),
            *super().get_urls(),
        ]

    def _for_importers(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """The view for who may add articles. A tray that went meanwhile is told of, whatever was asked of it."""

        def checked(request: HttpRequest, token: str = "", **rest: Any) -> HttpResponseBase:
            if not self.has_add_permission(request):
                raise PermissionDenied
            if not token:
                return view(request, **rest)
            tray = trays.find(_person(request).pk, token)
            try:
                if tray is not None:
                    return view(request, tray, **rest)
            except FileNotFoundError:
                pass  # thrown away in another window, or by age
            sentence = _("These files are no longer here: they are kept for a day. Drop them again.")
            if _wants_json(request):
                return JsonResponse({"sentence": sentence}, status=404)
            messages.error(request, sentence)
            return HttpResponseRedirect(reverse("admin:articles_article_import"))

        return checked

    # ------------------------------------------------------------ files
    def import_view(self, request: HttpRequest) -> HttpResponse:
        """The empty page; the files that come with a POST begin a tray."""
        if request.method == "POST":
            tray = trays.begin(_person(request).pk, at=now_of(request))
            answer = self._take(request, tray)
            trays.keep_newest(_person(request).pk) if tray.names() else tray.throw_away()
            return answer
        standing = [
            {"address": _tray_address(tray), "names": tray.names(), "at": tray.at}
            for tray in trays.of(_person(request).pk)
        ]
        return self._page(request, "admin/import/start.html", _("Import"), standing=standing)

    def tray_files_view(self, request: HttpRequest, tray: Tray) -> HttpResponse:
        return self._take(request, tray)

    def _take(self, request: HttpRequest, tray: Tray) -> HttpResponse:
        """Put the files of the request into the tray. One file may say in which folder it lay."""
        files = [file for _name, several in request.FILES.lists() for file in several]
        refused = [] if files else [_("No file came with the request.")]
        folder = request.POST.get("path", "") if len(files) == 1 else ""
        for file in files:
            try:
                tray.add(file, path=folder)
            except trays.Refused as refusal:
                refused.append(str(refusal))
        address = _tray_address(tray) if tray.names() else ""
        if _wants_json(request):
            more = reverse("admin:articles_article_tray_files", args=[tray.token])
            return JsonResponse({"sentence": " ".join(refused), "tray": address, "files": more})
        for sentence in refused:
            messages.error(request, sentence)
        return HttpResponseRedirect(address or reverse("admin:articles_article_import"))

    def away_view(self, request: HttpRequest, tray: Tray) -> HttpResponse:
        tray.throw_away()
        messages.success(request, _("The files were thrown away. Articles that were imported stay."))
        return HttpResponseRedirect(reverse("admin:articles_article_import"))

    # ------------------------------------------------------------ the documents of a tray
    def tray_view(self, request: HttpRequest, tray: Tray) -> HttpResponse:
        """What was found in the files. As much is read as fits into a request; the page asks for the rest."""
        contents = tray.documents()
        rows = looking.rows(tray, contents, until=time.monotonic() + READ_WITHIN, at=now_of(request))
        standing = _articles(row["sha256"] for row in rows if row["sha256"])
        for row in rows:
            row["address"] = _document_address(tray, row["key"])
            row["article"] = _shown_article(request, standing.get(row["sha256"]))
        sound = sum(1 for row in rows if row["status"] == "ok" and row["sha256"] not in standing)
        return self._page(
            request,
            "admin/import/tray.html",
            _("Import"),
            tray=tray,
            rows=rows,
            unread=sum(1 for row in rows if not row["status"]),
            sound=sound,
            remarks=[(name, str(note)) for name, note in contents.remarks],
            beside=tray.beside(),
            target=TargetForm(person=_person(request), alone=False, auto_id="id_all_%s"),
        )

    def sound_view(self, request: HttpRequest, tray: Tray) -> HttpResponse:
        """Import the documents that need no look, as many as fit into a request; a script asks again for the rest."""
        form = TargetForm(request.POST, person=_person(request), alone=False)
        if not form.is_valid():
            sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
            return self._told(request, tray, {"sentence": sentence}, [(messages.ERROR, sentence)])
        until, told, done = time.monotonic() + IMPORT_WITHIN, list[Told](), 0
        rows = looking.rows(tray, tray.documents(), until=until, at=now_of(request))
        standing = _articles(row["sha256"] for row in rows if row["sha256"])
        sound = [row for row in rows if row["status"] == "ok" and not row["refused"] and row["sha256"] not in standing]
        while sound and time.monotonic() < until:
            made, sentence, _article = self._import(request, tray, sound.pop(0)["entry"], form.cleaned_data, told)
            done += made
            if not made:
                told.append((messages.ERROR, sentence))
        unread = sum(1 for row in rows if not row["status"])
        left = len(sound) + unread
        before = request.POST.get("before", "")
        total = done + (int(before) if before.isdecimal() and len(before) < LONGEST_COUNT else 0)
        if total and (not _wants_json(request) or not left or not done):
            text = ngettext("%(count)d document was imported.", "%(count)d documents were imported.", total)
            told.insert(0, (messages.SUCCESS, text % {"count": total}))
        if left and not _wants_json(request):
            text = ngettext(
                "%(count)d more is waiting. Press the button again.",
                "%(count)d more are waiting. Press the button again.",
                left,
            )
            told.append((messages.WARNING, text % {"count": left}))
        return self._told(request, tray, {"done": done, "left": left, "unread": unread}, told)

    def _told(self, request: HttpRequest, tray: Tray, answer: dict[str, Any], told: list[Told]) -> HttpResponse:
        for level, sentence in told[:MOST_NAMED]:
            messages.add_message(request, level, sentence)
        if (more := len(told) - MOST_NAMED) > 0:
            messages.warning(
                request, ngettext("… and %(count)d more.", "… and %(count)d more.", more) % {"count": more}
            )
        if _wants_json(request):
            return JsonResponse(answer)
        return HttpResponseRedirect(_tray_address(tray))

    # ------------------------------------------------------------ one document
    def document_view(self, request: HttpRequest, tray: Tray, key: str) -> HttpResponse:
        """Original and result side by side. A POST keeps what was corrected, and imports if that was asked."""
        entry = _found(tray, key)
        person, now = _person(request), now_of(request)
        result, taken = looking.rehearse(entry, at=now)
        looking.remember(tray, entry, taken)
        kept = tray.memory(key).get("corrections", {})
        document = result.reading.document
        fields = CorrectionForm(document=document, person=person, initial=typed(document, kept))
        target = TargetForm(person=person, alone=True, initial=tray.memory(key).get("target"))
        if request.method == "POST" and result.outcome is not Outcome.REFUSED:
            fields = CorrectionForm(request.POST, document=document, person=person)
            target = TargetForm(request.POST, person=person, alone=True)
            if fields.is_valid() and target.is_valid():
                section = target.cleaned_data["section"]
                chosen = {"state": target.cleaned_data["state"], "section": section.pk if section else None}
                tray.remember(key, corrections=fields.kept, target=chosen)
                return self._after_correcting(request, tray, entry, target.cleaned_data)
            messages.error(request, _("Nothing was imported: look at the marked fields."))
        return self._page(
            request,
            "admin/import/document.html",
            result.reading.document.title or entry.name,
            tray=tray,
            entry=entry,
            fields=looking.with_evidence(fields, result),
            target=target,
            article=_shown_article(request, _articles([result.sha256]).get(result.sha256)),
            known=result.article is not None,
            neighbours=_neighbours(tray, key),
            **looking.shown(tray, entry, result, taken.data, at=now),
        )

    def _after_correcting(self, request: HttpRequest, tray: Tray, entry: Entry, target: dict[str, Any]) -> HttpResponse:
        if "_import" not in request.POST:
            messages.success(request, _("The corrections are kept; nothing is imported yet."))
            return HttpResponseRedirect(_document_address(tray, entry.key))
        told: list[Told] = []
        made, sentence, article = self._import(request, tray, entry, target, told)
        for level, note in told:
            messages.add_message(request, level, note)
        if made and article is not None:
            address = reverse("admin:articles_article_change", args=[article.pk])
            link = format_html('{} <a href="{}">{}</a>', sentence, address, _("Open the article"))
            messages.success(request, link)
            return HttpResponseRedirect(_tray_address(tray))
        messages.add_message(request, messages.INFO if made else messages.ERROR, sentence)
        return HttpResponseRedirect(_document_address(tray, entry.key))

    def _import(
        self, request: HttpRequest, tray: Tray, entry: Entry, target: dict[str, Any], told: list[Told]
    ) -> tuple[bool, str, Article | None]:
        """Import one document; whether that was done, the sentence that tells of it, and the article.

        What else there is to say is added to ``told``.
        """
        person, now = _person(request), now_of(request)
        memory = tray.memory(entry.key)
        known = _articles([memory.get("summary", {}).get("sha256", "")])
        if any(not rules.may_edit(person, article) for article in known.values()):
            return False, _("“%(name)s” was imported already.") % {"name": entry.name}, None
        choices = Choices(
            state=State(target["state"]),
            section=target["section"],
            tags=tuple(target.get("more_tags") or ()),
            corrections=corrections_of(memory.get("corrections", {}), person=person),
        )
        result = Importer(choices=choices, by=person).take(entry.piece, at=now)
        if result.outcome is Outcome.CREATED:
            told += [(messages.WARNING, f"{entry.name}: {note}") for note in result.news]
        if result.outcome is Outcome.REFUSED:
            tray.remember(entry.key, refused=True)
            return False, f"{entry.name}: {_last_words(result)}", None
        article = Article.objects.defer("body").filter(pk=result.article or 0).first()
        if article is None:
            return False, _("The article of “%(name)s” was deleted at this moment.") % {"name": entry.name}, None
        return True, _sentence(result, article, choices), article

    def original_view(self, request: HttpRequest, tray: Tray, key: str) -> FileResponse:
        """The document byte for byte, as a download that no browser shows or runs."""
        entry = _found(tray, key)
        return as_download(FileResponse(looking.path_of(entry).open("rb")), entry.name)

    def picture_view(self, request: HttpRequest, tray: Tray, key: str, place: int) -> HttpResponse:
        """A picture of the document, as it lies in the tray."""
        found = looking.picture(tray, _found(tray, key).key, place)
        if found is None:
            raise Http404
        data, kind = found
        response = HttpResponse(data, content_type=kind)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, max-age=600"
        return response

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> TemplateResponse:
        limits = {
            "file": trays.LARGEST_FILE,
            "file_mb": trays.LARGEST_FILE // trays.MB,
            "tray_mb": trays.LARGEST_TRAY // trays.MB,
            "files": trays.MOST_FILES,
            "documents": trays.MOST_DOCUMENTS,
            "trays": trays.MOST_TRAYS,
        }
        words = {name: str(word) for name, word in WORDS.items()}
        page = {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "limits": limits}
        return TemplateResponse(request, template, {**page, "words": words, **context})


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _tray_address(tray: Tray) -> str:
    return reverse("admin:articles_article_tray", args=[tray.token])


def _document_address(tray: Tray, key: str) -> str:
    return reverse("admin:articles_article_document", args=[tray.token, key])


def _found(tray: Tray, key: str) -> Entry:
    entry = tray.entry(key)
    if entry is None:
        raise Http404
    return entry


def _neighbours(tray: Tray, key: str) -> dict[str, str]:
    """The addresses of the documents before and after this one."""
    keys = [entry.key for entry in tray.documents().entries]
    place = keys.index(key) if key in keys else 0
    before, after = keys[place - 1 : place] if place else [], keys[place + 1 : place + 2]
    return {
        "before": _document_address(tray, before[0]) if before else "",
        "after": _document_address(tray, after[0]) if after else "",
        "place": str(place + 1),
        "total": str(len(keys)),
    }


def _articles(digests: Any) -> dict[str, Article]:
    """The articles that came of documents with these bytes."""
    wanted = [digest for digest in digests if digest]
    origins: QuerySet[Origin] = Origin.objects.filter(sha256__in=wanted).select_related("article")
    return {origin.sha256: origin.article for origin in origins.defer("content", "article__body")}


def _shown_article(request: HttpRequest, article: Article | None) -> dict[str, Any] | None:
    """An article that is there already, with a link for who may look at it."""
    if article is None:
        return None
    may = rules.may_preview(_person(request), article)
    address = reverse("admin:articles_article_change", args=[article.pk]) if may else ""
    return {
        "title": article.title if may else "",
        "address": address,
        "state": article.get_state_display() if may else "",
    }


def _last_words(result: Result) -> str:
    return str(result.reading.warnings[-1]) if result.reading.warnings else _("The document cannot be read.")


def _sentence(result: Result, article: Article, choices: Choices) -> str:
    values = {"title": article.title, "state": article.get_state_display()}
    if result.outcome is Outcome.UPDATED:
        return _("Missing files were added to “%(title)s”.") % values
    if result.outcome is Outcome.UNCHANGED:
        return _("“%(title)s” was imported already; nothing was changed.") % values
    if choices.state == State.PUBLISHED and article.state == State.REVIEW:
        return _("“%(title)s” is imported and waits in review, since it has no date.") % values
    return _("“%(title)s” is imported. It is now: %(state)s.") % values
