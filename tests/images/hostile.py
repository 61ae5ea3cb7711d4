"""Files that a picture door meets: broken, lying, oversized, and pictures that carry what nobody should see."""

import io
import random
import struct
import zlib
from typing import Any

from PIL import Image, ImageCms, PngImagePlugin

SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
SECRET = b"GeheimKamera"
PAGE_TAIL = b"<html><script>alert(1)</script></html>"
ZIP_TAIL = b"PK\x03\x04" + b"\x00" * 26 + b"evil.txt" + b"evil"


def encoded(picture: Image.Image, format: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format=format, **options)
    return file.getvalue()


def noise(width: int, height: int, *, mode: str = "RGB", seed: int = 3) -> Image.Image:
    """A picture of many colors, always the same one."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    grain = random.Random(seed).randbytes(64 * 64 * bands)
    return Image.frombytes(mode, (64, 64), grain).resize((width, height), Image.Resampling.BICUBIC)


def photo(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return encoded(noise(width, height), **options)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *, data: bytes | None = None, bits: int = 1, color: int = 0) -> bytes:
    """A PNG put together by hand, whose header may say anything."""
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000) if data is None else data
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def whole_one_bit_png(side: int) -> bytes:
    """A valid picture of one color that is small as a file and huge when it is decoded."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (side // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return png(side, side, data=packed)


def with_exif(*, orientation: int = 1, size: tuple[int, int] = (64, 32)) -> bytes:
    """A JPEG that tells where, when and by whom it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif[0x013B] = "Owner " + SECRET.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (32.0, 12.0, 1.0), "E", (119.0, 30.0, 2.0)
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    picture = halves(size)
    return encoded(picture, "JPEG", exif=exif, xmp=xmp, comment=SECRET, quality=95)


def halves(size: tuple[int, int] = (64, 32)) -> Image.Image:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, "red")
    picture.paste("blue", (size[0] // 2, 0, size[0], size[1]))
    return picture


def png_with_text(*, megabytes: int = 0) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    notes.add_itxt("Comment", SECRET.decode())
    if megabytes:
        notes.add_text("Bomb", "x" * (megabytes << 20), zip=True)
    return encoded(noise(40, 30), "PNG", pnginfo=notes)


def animated_gif(frames: int = 3) -> bytes:
    pictures = [Image.new("RGB", (30, 20), color) for color in ("red", "green", "blue", "white")[:frames]]
    return encoded(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=50, loop=0)


def script_gif() -> bytes:
    """Bytes that are a GIF to a picture reader and a program to a script reader."""
    return b"GIF89a=1;alert(1);//" + animated_gif()[20:]
