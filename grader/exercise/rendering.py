"""In: a variant and a template; out: the text that it becomes, or a `UsageError` that names the template's line.

Templates are jinja2 files named `*.j2`. They see the variant's parameters by name, and `exercise` (id, title, version),
`language` and `seed`. A name that does not exist is an error, never an empty text. They run sandboxed, and a student's
text never reaches them as a template.
"""

from __future__ import annotations

import traceback
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.exercise.own_peers import with_peers
from grader.exercise.submission import EXTENSIONS, one_file
from grader.model.exercise import Exercise, Submission, Variant

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["program_name", "read_reference", "render", "templates_used"]

SUFFIX = ".j2"


def program_name(exercise: Exercise, language: str) -> str:
    """The file name of a solution: the id with underscores, and the language's extension (`pipe_one_way.c`)."""
    if language not in exercise.languages:
        action = f"choose {' or '.join(exercise.languages)}"
        raise UsageError(f"cannot be solved in '{shown(language)}'", where=exercise.id, action=action)
    return exercise.id.replace("-", "_") + EXTENSIONS[language][0]


def render(variant: Variant, template: str, language: str, folder: str | Path | None = None) -> str:
    """The text of one template of the exercise's folder (or of `folder`), for this variant and language.

    A template may include or import others: of its own folder first, then of the exercise's. Raises UsageError: no such
    template, a syntax error, an unknown name, a forbidden operation.
    """
    import jinja2  # late: grading a submission renders nothing

    program_name(variant.exercise, language)
    folders = (*((str(folder),) if folder is not None else ()), variant.exercise.folder)
    exercise = variant.exercise
    about = {"id": exercise.id, "title": exercise.title, "version": exercise.version}
    names = {**variant.parameters, "exercise": about, "language": language, "seed": variant.seed}
    path = Path(folders[0], template)
    try:
        return _environment(folders).get_template(template).render(names)
    except jinja2.TemplateNotFound as error:
        fault = f"there is no template '{shown(str(error.name))}'"
        raise UsageError(fault, where=_line(error, path), action="add this file") from None
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.filename or path}:{error.lineno}"
        raise UsageError(f"template: {error.message}", where=where, action="correct this line") from None
    except UnicodeDecodeError:
        raise UsageError("not UTF-8 text", where=str(path), action="save the template as UTF-8") from None
    except Exception as error:  # noqa: BLE001 - whatever an author's expression raises is a fault of that line
        where = _line(error, path)
        raise UsageError(f"template: {error}", where=where, action="correct this line") from None


@lru_cache(maxsize=8)
def _environment(folders: tuple[str, ...]) -> SandboxedEnvironment:
    """The template engine over some folders; it keeps compiled templates, and compiles again what has changed."""
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is Markdown, Python and C, never HTML
    )


def _line(error: Exception, path: Path) -> str:
    """Where in the templates an error arose: the innermost frame that jinja2 maps to a template."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(SUFFIX)]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(path)


def read_reference(variant: Variant, path: str | Path) -> Submission:
    """A program of `reference/` as if a student had handed it in; a template is rendered for the variant first.

    `path` is a file `NAME.c`, `NAME.py` or one of these with `.j2`. Raises UsageError as `render` does, and for a file
    that cannot be read.
    """
    file = Path(path).absolute()
    plain = file.name.removesuffix(SUFFIX)
    language = next((name for name, extensions in EXTENSIONS.items() if plain.endswith(extensions[0])), "")
    if not language:
        raise UsageError("neither a C nor a Python program", where=str(file), action="name it NAME.c.j2 or NAME.py.j2")
    if plain != file.name:
        data = render(variant, file.name, language, file.parent).encode()
    else:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", where=str(file), action="check the path") from None
    found = one_file(str(file), program_name(variant.exercise, language), data, language)
    return with_peers(found, variant.exercise)


def templates_used(text: str) -> frozenset[str]:
    """The names of the templates that a template includes, imports or extends; none if its syntax is faulty."""
    import jinja2
    from jinja2.meta import find_referenced_templates

    try:
        parsed = jinja2.Environment(autoescape=True).parse(text)
    except jinja2.TemplateSyntaxError:
        return frozenset()
    return frozenset(name for name in find_referenced_templates(parsed) if name)
