"""The published lessons as files again, byte for byte."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload, undefer

from nti_lms.curriculum import write_stamps
from nti_lms.database import db
from nti_lms.models import Lesson, Revision, RevisionText
from nti_lms.storage import Storage


def lesson_files(storage: Storage) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Each file of each published lesson: its place under the curriculum's folder, its bytes."""
    query = (
        select(Revision)
        .where(Revision.state == "published")
        .options(
            joinedload(Revision.lesson).joinedload(Lesson.module),
            selectinload(Revision.texts).options(undefer(RevisionText.source)),
        )
        .order_by(Revision.lesson_id)
    )
    for revision in db.session.scalars(query):
        folder = PurePosixPath(revision.lesson.module.folder, revision.lesson.folder)
        for text in revision.texts:
            yield folder / f"{text.language}.md", text.source.encode()
        for name, drawings in revision.figures.items():
            yield folder / name, storage.get(drawings["source"])
        yield folder / "stamps.yml", write_stamps(revision.stamps).encode()
