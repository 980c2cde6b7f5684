"""The site as people meet it: pages, forms and who may open them."""

from flask import Flask

from nti_lms.web import (
    account,
    assets,
    auth,
    authoring,
    calendar,
    carrying,
    certificates,
    cohorts,
    commitments,
    errors,
    filters,
    gatherings,
    guard,
    headers,
    health,
    identity,
    invitations,
    issuing,
    items,
    journal,
    labels,
    language,
    learn,
    menu,
    offline,
    once,
    organisations,
    paces,
    participants,
    passkeys,
    people,
    places,
    public,
    quiz,
    reflecting,
    reviews,
    search,
    second_step,
    tracing,
    waiting,
    workbooks,
)

BLUEPRINTS = (
    public.bp,
    health.bp,
    auth.bp,
    account.bp,
    second_step.bp,
    passkeys.bp,
    people.bp,
    organisations.bp,
    cohorts.bp,
    invitations.bp,
    participants.bp,
    gatherings.bp,
    calendar.bp,
    issuing.bp,
    certificates.bp,
    learn.bp,
    reviews.bp,
    search.bp,
    quiz.bp,
    items.bp,
    journal.bp,
    carrying.bp,
    commitments.bp,
    authoring.bp,
    workbooks.bp,
    offline.bp,
    reflecting.bp,
    waiting.bp,
)


def init_app(app: Flask) -> None:
    """Attach every page, its door, its language and its errors."""
    app.url_map.converters["int"] = places.IdConverter
    tracing.init_app(app)
    identity.init_app(app)
    paces.init_app(app)
    language.init_app(app)
    guard.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    filters.init_app(app)
    labels.init_app(app)
    assets.init_app(app)
    app.jinja_env.globals["new_key"] = once.new_key
    app.context_processor(lambda: {"menu": menu.menu()})
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
