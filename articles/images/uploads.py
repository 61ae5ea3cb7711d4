"""Uploads: a file is accepted and stored, or refused with a sentence.

``attach`` and ``fill`` take pictures, ``attach_file`` takes documents for download. A picture is judged by its content,
within limits of bytes and pixels that are read before it is decoded; it is encoded anew, upright, in sRGB and without
metadata, and stored under a name of ours.
"""

import hashlib
import io
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from articles.images import geometry, kinds, renditions
from articles.models import Article, ArticleImage, Attachment

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
FORMAT_NAMES = "JPEG, PNG, WebP, GIF, AVIF"
LARGEST_IMAGE_BYTES = 30 * 1024 * 1024
LARGEST_FILE_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 40_000_000  # 8000 x 5000; decoded, 160 MB
JPEG_QUALITY = 88
# Alpha, palettes of few colors and drawings stay sharp in PNG; everything else is a photograph.
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class Refused(ValueError):
    """The file is not taken; the text is a whole sentence for the person who sent it."""


@dataclass(frozen=True)
class Accepted:
    """A picture fit to be stored. ``sha256`` is that of the bytes that came in."""

    data: bytes
    suffix: str
    width: int
    height: int
    sha256: str
    name: str


def accept(data: bytes, *, name: str) -> Accepted:
    """The picture encoded anew, or Refused with what was found and what would be right."""
    name = kinds.clean_name(name)
    if not data:
        raise Refused(_("“%(name)s” is empty.") % {"name": name})
    if len(data) > LARGEST_IMAGE_BYTES:
        raise Refused(
            _("“%(name)s” has %(found)d MB; a picture has at most %(most)d MB. Save it smaller and try again.")
            % {"name": name, "found": len(data) // 1_048_576, "most": LARGEST_IMAGE_BYTES // 1_048_576}
        )
    with _decoding(data, name):
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_pixels(picture, name)
            kept = _upright(picture)
        encoded, suffix = _encode(kept)
    return Accepted(encoded, suffix, kept.width, kept.height, hashlib.sha256(data).hexdigest(), name)


@contextmanager
def _decoding(data: bytes, name: str) -> Iterator[None]:
    """Whatever a decoder says of a broken file becomes a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except Refused:
        raise
    except UnidentifiedImageError as error:
        raise Refused(
            _("“%(name)s” is %(kind)s, not a picture that can be taken. Use %(formats)s.")
            % {"name": name, "kind": kinds.describe(data), "formats": FORMAT_NAMES}
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_many_pixels(name) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, OverflowError) as error:
        raise Refused(
            _("“%(name)s” is damaged or cut off and cannot be read as a picture. Save it again from its source.")
            % {"name": name}
        ) from error


def _check_pixels(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(
            _("“%(name)s” is %(width)d × %(height)d pixels; at most %(most)d million are taken. Save it smaller.")
            % {"name": name, "width": picture.width, "height": picture.height, "most": MOST_PIXELS // 1_000_000}
        )


def _too_many_pixels(name: str) -> Refused:
    return Refused(
        _("“%(name)s” has too many pixels; at most %(most)d million are taken. Save it smaller.")
        % {"name": name, "most": MOST_PIXELS // 1_000_000}
    )


def _upright(picture: Image.Image) -> Image.Image:
    """The first frame, turned as its metadata says, at most as large as is kept, as RGB or RGBA in sRGB."""
    if picture.format == "JPEG":
        picture.draft("RGB", geometry.fit(picture.width, picture.height))
    picture.load()
    profile = picture.info.get("icc_profile")
    turned: Image.Image = ImageOps.exif_transpose(picture)
    kept = _in_rgb(turned, profile)
    size = geometry.fit(kept.width, kept.height)
    if size != kept.size:
        kept = kept.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    kept.info = {}
    return kept


def _in_rgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bit: scaled down to 8, not cut off
        extrema = picture.getextrema()
        scale = 1 / 257 if extrema and float(extrema[1]) > 255 else 1.0  # type: ignore[arg-type]
        picture = picture.convert("F").point(lambda value: value * scale).convert("L")
    has_alpha = picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
    mode = "RGBA" if has_alpha else "RGB"
    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError):
            pass  # A corrupt profile is dropped; the colors are taken as they stand.
    return picture.convert(mode)


def _encode(picture: Image.Image) -> tuple[bytes, str]:
    """JPEG for photographs; PNG for pictures with transparency and for drawings of few colors."""
    file = io.BytesIO()
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() != (255, 255):
        picture.save(file, "PNG", optimize=True)
        return file.getvalue(), "png"
    flat = picture.convert("RGB")
    if picture.width * picture.height <= 4_000_000 and flat.getcolors(256) is not None:
        flat.save(file, "PNG", optimize=True)
        return file.getvalue(), "png"
    flat.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, subsampling="4:2:0")
    return file.getvalue(), "jpg"


def attach(
    article: Article,
    data: bytes,
    *,
    name: str,
    order: int | None = None,
    alt: str = "",
    caption: str = "",
    credit: str = "",
) -> ArticleImage:
    """A new picture of the article, with its file and renditions. Raises Refused and leaves nothing behind."""
    accepted = accept(data, name=name)
    image = ArticleImage(article=article, alt=alt, caption=caption, credit=credit)
    image.order = _next_order(article.images.all()) if order is None else order
    return store(image, accepted)


def fill(image: ArticleImage, data: bytes, *, name: str) -> ArticleImage:
    """The picture has this file from now on, under a new name; former files go when the transaction is through."""
    accepted = accept(data, name=name)
    former = renditions.files(image)
    image.renditions.all().delete()
    stored = store(image, accepted)
    transaction.on_commit(lambda: delete_files(former))
    return stored


def attach_file(article: Article, data: bytes, *, name: str, order: int | None = None) -> Attachment:
    """A new file for download under the article. Raises Refused for what may not be offered."""
    name = kinds.clean_name(name)
    check_file(data, name=name)
    suffix = PurePosixPath(name).suffix.lower()
    with kept_or_removed() as written:
        stored = default_storage.save(f"attachments/{_own_name()}{suffix}", ContentFile(data))
        written.append(stored)
        return Attachment.objects.create(
            article=article,
            file=stored,
            name=name,
            size=len(data),
            order=_next_order(article.attachments.all()) if order is None else order,
        )


def check_file(data: bytes, *, name: str) -> None:
    """Raise Refused unless the file may be offered for download: a listed kind, by its name and by its content."""
    if not data:
        raise Refused(_("“%(name)s” is empty.") % {"name": name})
    if len(data) > LARGEST_FILE_BYTES:
        raise Refused(
            _("“%(name)s” has %(found)d MB; an attachment has at most %(most)d MB.")
            % {"name": name, "found": len(data) // 1_048_576, "most": LARGEST_FILE_BYTES // 1_048_576}
        )
    if not kinds.may_be_offered(data, name):
        raise Refused(
            _("“%(name)s” is %(kind)s; attachments are PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV, ZIP and "
              "pictures, with the ending that belongs to them.")
            % {"name": name, "kind": kinds.describe(data)}
        )  # fmt: skip


def remove(image: ArticleImage) -> None:
    """Delete the picture; its files go when the transaction is through."""
    files = renditions.files(image)
    image.delete()
    transaction.on_commit(lambda: delete_files(files))


def remove_file(attachment: Attachment) -> None:
    """Delete the attachment; its file goes when the transaction is through."""
    files = [str(attachment.file.name)] if attachment.file else []
    attachment.delete()
    transaction.on_commit(lambda: delete_files(files))


def files_of(article: Article) -> list[str]:
    """The names of all files that belong to the article, for ``delete_files`` once it is deleted."""
    names = [name for image in article.images.prefetch_related("renditions") for name in renditions.files(image)]
    return names + [str(attachment.file.name) for attachment in article.attachments.all() if attachment.file]


def delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


@contextmanager
def kept_or_removed() -> Iterator[list[str]]:
    """Files named in the list are removed again if an exception passes."""
    written: list[str] = []
    try:
        yield written
    except BaseException:
        delete_files(written)
        raise


def store(image: ArticleImage, accepted: Accepted) -> ArticleImage:
    """Save the row with its file and renditions. Whatever fails, no file stays behind."""
    with kept_or_removed() as written, transaction.atomic():
        stored = default_storage.save(f"images/{_own_name()}.{accepted.suffix}", ContentFile(accepted.data))
        written.append(stored)
        image.file = stored
        image.width, image.height = accepted.width, accepted.height
        image.sha256 = accepted.sha256
        image.original_name = accepted.name
        image.save()
        for rendition in renditions.make(image, accepted.data):
            written.append(str(rendition.file.name))
    return image


def _own_name() -> str:
    """A folder of two letters and a name that cannot be guessed."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}"


def _next_order(rows: models.QuerySet[Any]) -> int:
    last: int | None = rows.order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else last + 10
