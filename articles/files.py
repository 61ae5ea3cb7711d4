"""Files: pictures and attachments, sent only as far as their article may be seen."""

import re
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import counting, rules
from articles.models import Article, ArticleImage, Attachment, Rendition

PICTURES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}
PICTURE_NAME = re.compile(r"images/[A-Za-z0-9_/-]{1,100}\.(?:jpg|png|webp)")
OTHERS = {
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Whatever the bytes are, a browser that opens them runs nothing of them and asks nobody for anything.
SEALED = "default-src 'none'; sandbox"
# A name is never used for other bytes. Private: a shared cache would show a picture on after its article's withdrawal.
FOR_EVER = "private, max-age=31536000, immutable"
FACE = ("id", "state", "published_at", "created_by")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture or one of its renditions, by the name of its file. Attachments have an address of their own."""
    if not PICTURE_NAME.fullmatch(name):
        raise Http404
    owner = _owner(name)
    public = _allowed(request, owner)
    response = _file(name, content_type=PICTURES[PurePosixPath(name).suffix])
    response.headers["Cache-Control"] = FOR_EVER if public else "private, no-store"
    return response


@require_safe
def attachment(request: HttpRequest, pk: int, name: str = "") -> HttpResponseBase:
    """An attachment, to be saved under its own name; counted."""
    only = ["name", "file", *(f"article__{field}" for field in FACE)]
    found = Attachment.objects.select_related("article").only(*only).filter(pk=pk).exclude(file="").first()
    if found is None:
        raise Http404
    public = _allowed(request, found.article)
    if name != found.name:
        return HttpResponsePermanentRedirect(found.get_absolute_url(), headers={"Cache-Control": "no-cache"})
    stored = str(found.file.name)
    kind = OTHERS.get(PurePosixPath(stored).suffix.lower(), "application/octet-stream")
    response = _file(stored, content_type=kind, save_as=found.name)
    response.headers["Cache-Control"] = "no-cache" if public else "private, no-store"
    if public:
        counting.record(request, response, attachment=found.pk)
    return response


def _owner(name: str) -> Article:
    fields = [f"article__{field}" for field in FACE]
    image = ArticleImage.objects.select_related("article").only("id", *fields).filter(file=name).first()
    if image is not None:
        return image.article
    among = Rendition.objects.select_related("image__article").only("id", "image__id", *(f"image__{f}" for f in fields))
    rendition = among.filter(file=name).first()
    if rendition is None:
        raise Http404
    return rendition.image.article


def _allowed(request: HttpRequest, article: Article) -> bool:
    """Whether the article is public. Raises Http404 where it is not and the person may not preview it."""
    if article.is_public(at=timezone.now()):
        return True
    # Asked of signed-in staff only: a reader's answer must not depend on a cookie.
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        person: Any = request.user
        if person.is_staff and rules.may_preview(person, article):
            return False
    raise Http404


def _file(name: str, *, content_type: str, save_as: str = "") -> FileResponse:
    try:
        opened = default_storage.open(name)
    except OSError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=content_type, as_attachment=bool(save_as), filename=save_as)
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
