"""Pictures and files of an article in the admin: the rows of its form, and what is sent while the form is open."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.images import kinds, renditions, uploads
from articles.models import Article, ArticleImage, Attachment
from articles.publishing import writing
from articles.states import State


class PictureForm(forms.ModelForm):
    found_file = forms.FileField(
        required=False,
        label=gettext_lazy("the missing file"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/gif,image/avif"}),
    )

    class Meta:
        model = ArticleImage
        fields = ("alt", "caption", "credit", "order")
        widgets = {
            "caption": forms.Textarea(attrs={"rows": 1, "data-line": ""}),
            "order": forms.NumberInput(attrs={"min": 0}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class AttachmentForm(forms.ModelForm):
    class Meta:
        model = Attachment
        fields = ("name", "order")
        widgets = {"order": forms.NumberInput(attrs={"min": 0})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean_name(self) -> str:
        """A name that fits into an address and a header, with the ending that belongs to the file."""
        name = kinds.clean_name(self.cleaned_data["name"])
        suffix = PurePosixPath(str(self.instance.file.name or self.initial.get("name", ""))).suffix
        return name if name.lower().endswith(suffix.lower()) else kinds.clean_name(name + suffix)


class Rows(admin.StackedInline):  # type: ignore[type-arg]
    """Rows that are changed, ordered and deleted here; new ones come as files, never as empty rows."""

    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PictureRows(Rows):
    model = ArticleImage
    form = PictureForm
    fields = ("alt", "caption", "credit", "order", "found_file")
    template = "admin/articles/article/pictures.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ArticleImage]":
        return super().get_queryset(request).prefetch_related("renditions")


class AttachmentRows(Rows):
    model = Attachment
    form = AttachmentForm
    fields = ("name", "order")
    template = "admin/articles/article/attachments.html"


def prepare(formsets: Iterable[Any], *, cover: Any) -> None:
    """Give each row of a picture what its template prints: the small size, and whether it is the cover."""
    for inline in formsets:
        for row in inline.formset.forms if inline.formset.prefix == "images" else []:
            row.thumbnail = renditions.thumbnail(row.instance)
            row.is_cover = bool(row.instance.pk) and str(row.instance.pk) == str(cover)


def store(article: Article, form: Any, formsets: Iterable[Any], *, written: list[str]) -> list[str]:
    """Store the files that came with the form; the refusals, each naming its file. What was good is kept.

    The names of the files go into ``written``, so that they can be removed if the rows are rolled back.
    """
    refused: list[str] = []

    def attempt(file: UploadedFile, keep: Callable[[bytes], Any], most: int = uploads.LARGEST_IMAGE_BYTES) -> None:
        try:
            written.extend(_files_of(keep(bytes_of(file, most=most))))
        except uploads.Refused as refusal:
            refused.append(str(refusal))

    for formset in formsets:
        for row in formset.forms:
            file, image = getattr(row, "cleaned_data", {}).get("found_file"), row.instance
            if file and image.pk and not image.file:
                attempt(file, partial(uploads.fill, image, name=file.name))
    for file in form.cleaned_data.get("new_pictures") or []:
        attempt(file, partial(uploads.attach, article, name=file.name))
    for file in form.cleaned_data.get("new_files") or []:
        attempt(file, partial(uploads.attach_file, article, name=file.name), uploads.LARGEST_FILE_BYTES)
    return refused


def _files_of(kept: ArticleImage | Attachment) -> list[str]:
    return renditions.files(kept) if isinstance(kept, ArticleImage) else [str(kept.file.name)]


def bytes_of(file: UploadedFile, *, most: int) -> bytes:
    """The file's bytes; a file that is too large is refused before it is read into memory."""
    if file.size and file.size > most:
        raise uploads.Refused(
            _("“%(name)s” has %(found)d MB; at most %(most)d MB are taken.")
            % {"name": file.name, "found": file.size // 1_048_576, "most": most // 1_048_576}
        )
    return bytes(file.read())


def save_rows(formset: Any) -> None:
    """Write what was changed of each row, and nothing that grew meanwhile; a deleted one takes its files along."""
    formset.save(commit=False)
    columns = {field.name for field in formset.model._meta.concrete_fields if not field.primary_key}
    for row, changed in formset.changed_objects:
        row.save(update_fields=columns.intersection(changed))
    for row in formset.deleted_objects:
        uploads.remove(row) if isinstance(row, ArticleImage) else uploads.remove_file(row)


def delete(article: Article) -> None:
    """Delete the article with its rows; its files go when the transaction is through."""
    files = uploads.files_of(article)
    article.delete()
    transaction.on_commit(lambda: uploads.delete_files(files))


def receive_picture(request: HttpRequest, article: Article, *, by: User, at: datetime) -> JsonResponse:
    """Store the one picture that was sent while the article's form is open; a refusal is an answer with a sentence."""

    def keep(file: UploadedFile) -> dict[str, Any]:
        data = bytes_of(file, most=uploads.LARGEST_IMAGE_BYTES)
        return described(uploads.attach(article, data, name=file.name or ""))

    return _receive(request, article, keep, by=by, at=at)


def receive_missing(
    request: HttpRequest, article: Article, image: ArticleImage, *, by: User, at: datetime
) -> JsonResponse:
    """Store the file of a picture that an import did not find."""

    def keep(file: UploadedFile) -> dict[str, Any]:
        data = bytes_of(file, most=uploads.LARGEST_IMAGE_BYTES)
        return described(uploads.fill(image, data, name=file.name or ""))

    return _receive(request, article, keep, by=by, at=at)


def receive_file(request: HttpRequest, article: Article, *, by: User, at: datetime) -> JsonResponse:
    """Store the one attachment that was sent while the article's form is open."""

    def keep(file: UploadedFile) -> dict[str, Any]:
        data = bytes_of(file, most=uploads.LARGEST_FILE_BYTES)
        attachment = uploads.attach_file(article, data, name=file.name or "")
        return {"id": attachment.pk, "name": attachment.name, "size": attachment.size, "order": attachment.order}

    return _receive(request, article, keep, by=by, at=at)


def described(image: ArticleImage) -> dict[str, Any]:
    return {
        "id": image.pk,
        "name": image.original_name,
        "src": image.file.url,
        "thumbnail": renditions.thumbnail(image),
        "alt": image.alt,
        "order": image.order,
        "width": image.width,
        "height": image.height,
    }


def _receive(
    request: HttpRequest, article: Article, keep: Callable[[UploadedFile], dict[str, Any]], *, by: User, at: datetime
) -> JsonResponse:
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"sentence": _("No file came with the request.")})
    before = article.version
    try:
        found = keep(file)
    except uploads.Refused as refusal:
        return JsonResponse({"sentence": str(refusal)})
    version = _noted(article, by=by, at=at)
    return JsonResponse({**found, "before": before, "version": version})


def _noted(article: Article, *, by: User, at: datetime) -> int:
    """Keep the new file in the record: readers of a published article see it at once, so that is a version."""
    with transaction.atomic():
        standing = Article.objects.select_for_update().get(pk=article.pk)
        if standing.state == State.PUBLISHED:
            writing.save(standing, by=by, at=at, expected=standing.version)
        writing.settle(standing, by=by, at=at)
        return standing.version
