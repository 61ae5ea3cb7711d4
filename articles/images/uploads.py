"""Uploads: a file is accepted and stored, or refused with a sentence.

``attach`` and ``fill`` take pictures, ``attach_file`` takes documents for download. A picture is judged by its content,
within limits of bytes and pixels that are read before it is decoded; it is encoded anew, upright, in sRGB and without
metadata, and stored under a name of ours.
"""

import hashlib
import io
import re
import secrets
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, UnidentifiedImageError

from articles.images import geometry, kinds, pending, renditions
from articles.models import Article, ArticleImage, Attachment

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
FORMAT_NAMES = "JPEG, PNG, WebP, GIF, AVIF"
LARGEST_IMAGE_BYTES = 30 * 1024 * 1024
LARGEST_FILE_BYTES = 100 * 1024 * 1024
MOST_PIXELS = 40_000_000  # 8000 x 5000; decoded, 160 MB
LARGEST_PNG = 1_000_000  # pixels; larger ones with transparency take seconds and megabytes in PNG
JPEG_QUALITY = 88
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
# Modes that can be made smaller before their colors are converted, which saves memory and time.
SCALABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})
# What Pillow's decoders raise on files that are broken in ways of their own.
BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, AttributeError, ArithmeticError,
    RuntimeError, AssertionError, MemoryError, struct.error, zlib.error,
)  # fmt: skip


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
            sharp = picture.format not in {"JPEG", "MPO"}
        encoded, suffix = _encode(kept, sharp=sharp)
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
        if kinds.seems_picture(data):
            raise _damaged(name) from error
        raise Refused(
            _("“%(name)s” is %(kind)s, not a picture that can be taken. Use %(formats)s.")
            % {"name": name, "kind": kinds.describe(data), "formats": FORMAT_NAMES}
        ) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        found = re.search(r"\d+", str(error))
        raise Refused(
            _("“%(name)s” has %(found)d million pixels; at most %(most)d million are taken. Save it smaller.")
            % {"name": name, "found": int(found[0] if found else 0) // 1_000_000, "most": MOST_PIXELS // 1_000_000}
        ) from error
    except BROKEN as error:
        raise _damaged(name) from error


def _damaged(name: str) -> Refused:
    return Refused(
        _("“%(name)s” is damaged or cut off and cannot be read as a picture. Save it again from its source.")
        % {"name": name}
    )


def _check_pixels(picture: Image.Image, name: str) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Refused(
            _("“%(name)s” is %(width)d × %(height)d pixels; at most %(most)d million are taken. Save it smaller.")
            % {"name": name, "width": picture.width, "height": picture.height, "most": MOST_PIXELS // 1_000_000}
        )


def _upright(picture: Image.Image) -> Image.Image:
    """The first frame, turned as its metadata says, at most as large as is kept, in sRGB or gray, with its alpha."""
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        picture.draft("RGB", geometry.fit(picture.width, picture.height))
    picture.load()
    profile = picture.info.get("icc_profile")
    # Metadata too broken to be read turns nothing.
    with suppress(*BROKEN):
        ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode in SCALABLE and "transparency" not in picture.info:
        picture = _shrunk(picture)
    kept = _shrunk(_in_srgb(picture, profile))
    kept.info = {}
    return kept


def _shrunk(picture: Image.Image) -> Image.Image:
    size = geometry.fit(picture.width, picture.height)
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as L, LA, RGB or RGBA with 8 bits a channel."""
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = _eight_bits(picture)
    alpha = None
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        alpha = picture.convert("RGBA").getchannel("A")
    gray = picture.mode in {"1", "L", "LA"}
    flat = picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("L" if gray else "RGB")
    flat = _converted(flat, profile).convert("L" if gray else "RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        flat.putalpha(alpha)
    return flat


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Sixteen bits of gray scaled down to eight, where Pillow alone would cut them off."""
    scale = 1 / 257 if picture.mode.startswith("I") else 1.0
    scaled = picture.convert("F").point(lambda value: value * scale).convert("L")
    scaled.info = {}
    return scaled


def _converted(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture's own colors in sRGB; as they stand where its profile is corrupt or belongs to something else."""
    if not profile:
        return picture
    with suppress(ImageCms.PyCMSError, *BROKEN):
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, SRGB, outputMode="RGB")
        if converted is not None:
            return converted
    return picture


def _encode(picture: Image.Image, *, sharp: bool) -> tuple[bytes, str]:
    """JPEG for photographs; PNG for drawings of few colors, and for transparency, or WebP where that is large.

    ``sharp`` keeps the colors of thin lines and letters, for what did not come as a photograph.
    """
    pixels = picture.width * picture.height
    if "A" in picture.getbands():
        return (_png(picture), "png") if pixels <= LARGEST_PNG else (_webp(picture), "webp")
    file = io.BytesIO()
    subsampling = "4:4:4" if sharp else "4:2:0"
    picture.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True, subsampling=subsampling)
    photograph = file.getvalue()
    if pixels <= 4 * LARGEST_PNG and picture.getcolors(256) is not None:
        drawing = _png(picture)
        if len(drawing) <= len(photograph) * 1.5:
            return drawing, "png"
    return photograph, "jpg"


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _webp(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=90, method=3)
    return file.getvalue()


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
    encoded = renditions.encode(accepted.data, suffix=accepted.suffix)
    with transaction.atomic():
        # Two who fill the same row follow one another: the second finds the files of the first.
        image.refresh_from_db(from_queryset=ArticleImage.objects.select_for_update())
        former = renditions.files(image)
        image.renditions.all().delete()
        stored = store(image, accepted, encoded=encoded)
        transaction.on_commit(lambda: delete_files(former))
    return stored


def attach_file(article: Article, data: bytes, *, name: str, order: int | None = None) -> Attachment:
    """A new file for download under the article. Raises Refused for what may not be offered."""
    name = kinds.clean_name(name)
    data = check_file(data, name=name)
    suffix = PurePosixPath(name).suffix.lower()
    with kept_or_removed() as written:
        stored = _save(f"attachments/{_own_name()}{suffix}", data)
        written.append(stored)
        return Attachment.objects.create(
            article=article,
            file=stored,
            name=name,
            size=len(data),
            order=_next_order(article.attachments.all()) if order is None else order,
        )


def check_file(data: bytes, *, name: str) -> bytes:
    """What may be offered for download: a listed kind, by its name and by its content, or Refused.

    A picture comes back in its full size without metadata, everything else as it is.
    """
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
    return _without_metadata(data, name) if PurePosixPath(name).suffix.lower() in kinds.PICTURES else data


def _without_metadata(data: bytes, name: str) -> bytes:
    """The picture upright and in its full size, telling nothing of its camera, place and owner.

    An animation stays as it is: cameras make none.
    """
    with _decoding(data, name), Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF")) as picture:
        _check_pixels(picture, name)
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
        if kind == "GIF" or (kind != "JPEG" and getattr(picture, "is_animated", False)):
            return data
        picture.load()
        profile = picture.info.get("icc_profile")
        with suppress(*BROKEN):
            ImageOps.exif_transpose(picture, in_place=True)
        picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
        # "keep": the tables of the original, so that hardly anything is lost.
        options: dict[str, dict[str, Any]] = {
            "JPEG": {"quality": "keep" if picture.format == "JPEG" else 95},
            "WEBP": {"quality": 95},
        }
        file = io.BytesIO()
        picture.save(file, kind, icc_profile=profile, **options.get(kind, {}))
        return file.getvalue()


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
    """Files named in the list are removed again if an exception passes; if the process dies, by the next sweep."""
    written: list[str] = []
    with pending.noted():
        try:
            yield written
        except BaseException:
            delete_files(written)
            raise


def store(image: ArticleImage, accepted: Accepted, *, encoded: list[renditions.Encoded] | None = None) -> ArticleImage:
    """Save the row with its file and renditions. Whatever fails, no file stays behind.

    Who writes inside a transaction hands over what ``renditions.encode`` made before it began.
    """
    if encoded is None:
        encoded = renditions.encode(accepted.data, suffix=accepted.suffix)
    with kept_or_removed() as written, transaction.atomic():
        stored = _save(f"images/{_own_name()}.{accepted.suffix}", accepted.data)
        written.append(stored)
        image.file = stored
        image.width, image.height = accepted.width, accepted.height
        image.sha256 = accepted.sha256
        image.original_name = accepted.name
        image.save()
        for rendition in renditions.make(image, encoded):
            written.append(str(rendition.file.name))
    return image


def _save(name: str, data: bytes) -> str:
    pending.note(name)
    return default_storage.save(name, ContentFile(data))


def _own_name() -> str:
    """A folder of two letters and a name that cannot be guessed."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name[2:]}"


def _next_order(rows: models.QuerySet[Any]) -> int:
    last: int | None = rows.order_by("-order").values_list("order", flat=True).first()
    return 0 if last is None else last + 10
