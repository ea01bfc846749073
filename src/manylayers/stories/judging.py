"""A plan judged before a byte is written, by checks that look at any layer.

Those of what packages bring along and ask for: places, modes and hashes are right as they were
planned. What such a list, lock or target can't mend, since only another layer could, stops none.
"""

import re
from collections.abc import Callable, Iterable

from manylayers.checks.finding import Finding
from manylayers.checks.glance import of_interest
from manylayers.checks.size import too_large
from manylayers.checks.wording import some
from manylayers.errors.layers import LayerTooLargeError, UnfitLayerError
from manylayers.facts.tables import limits
from manylayers.formats.wheel import WheelMember
from manylayers.layer.contents import Copied
from manylayers.layer.plan import Plan
from manylayers.options import Asked, BuildOptions, Layout
from manylayers.target import Target

SITE = r"^python/(?:lib/python[\d.]+/site-packages/)?"
"""What nobody needs to read in the path of a file that is at fault."""


def judged(
    options: BuildOptions, plan: Plan, read: Callable[[str, WheelMember], bytes]
) -> tuple[Finding, ...]:
    """What is to be said of the layer on each of its runtimes. Raises UnfitLayerError."""
    targets = [target for target in options.targets if _of_interest(target, plan, options.layout)]
    if not targets:
        return ()
    from manylayers.checks.brought import BROUGHT
    from manylayers.checks.choosing import Codes, found_by
    from manylayers.checks.scene import Scene
    from manylayers.layer.planned import carried_plan

    carried = carried_plan(plan, str(options.destination.path), read)
    codes = Codes(ignore=options.ignore)
    function = carried if options.layout is Layout.FUNCTION else None
    layers = () if function else (carried,)
    scene = Scene(targets[0], layers, function, planned=True, asked=_asked(options))
    found = dict.fromkeys(
        finding
        for target in targets
        for finding in found_by(BROUGHT, scene._replace(target=target), codes)
    )
    _refuse([finding for finding in found if finding.severity == "error"])
    return tuple(found)


def weighed(
    options: BuildOptions, plan: Plan, read: Callable[[str, WheelMember], bytes]
) -> tuple[Finding, ...]:
    """S301 for a plan over the limit, and S304 with what would make it fit; else nothing."""
    if plan.layer.size <= limits().unzipped_total or "S301".startswith(options.ignore):
        return ()
    from manylayers.checks.choosing import Check, Codes, found_by
    from manylayers.checks.scene import Scene
    from manylayers.checks.weight import slimming
    from manylayers.layer.planned import carried_plan

    sizes = [(package.facts.name, package.unzipped) for package in plan.packages]
    carried = carried_plan(plan, str(options.destination.path), read)
    scene = Scene(options.targets[0], (carried,), planned=True)
    slim = found_by((Check(("S304",), slimming),), scene, Codes(ignore=options.ignore))
    return (*too_large(plan.layer.size, sizes), *slim)


def refuse_too_large(findings: Iterable[Finding]) -> None:
    """Raise LayerTooLargeError for the first of ``findings``, the others tell the way out."""
    told = tuple(findings)
    if told:
        first, *others = told
        details = tuple(f"{one.message} ({one.remedy})" for one in others)
        hint = f"{first.remedy}; or build it all the same with --ignore {first.code}"
        raise LayerTooLargeError(first.message, hint=hint, details=details, findings=told)


def _of_interest(target: Target, plan: Plan, layout: Layout) -> bool:
    root = "/var/task/" if layout is Layout.FUNCTION else "/opt/"
    natives = {
        root + entry.path: entry.member.native
        for entry in plan.layer.entries
        if isinstance(entry, Copied) and entry.member.native
    }
    described = [one.facts for one in plan.packages if target in one.targets]
    return of_interest(target, plan.layer.entries, natives, described)


def _asked(options: BuildOptions) -> dict[str, str]:
    """Where each package was asked for; a lock does not tell."""
    roots = options.source.roots if isinstance(options.source, Asked) else ()
    return {root.name: str(root.origin) for root in roots}


def _refuse(errors: Iterable[Finding]) -> None:
    told = tuple(errors)
    if not told:
        return
    first, codes = told[0], dict.fromkeys(finding.code for finding in told)
    below = (re.sub(SITE, "", finding.place) for finding in told)
    places = list(dict.fromkeys(place.partition("/")[0] for place in below))
    ignoring = f"build it all the same with {' '.join(f'--ignore {code}' for code in codes)}"
    raise UnfitLayerError(
        first.message
        if len(told) == 1
        else f"{len(told)} faults keep the layer from working: {some(places)}",
        hint=f"{first.remedy}; or {ignoring}" if len(told) == 1 else ignoring,
        details=tuple(f"{one.message} ({one.remedy})" for one in told) if len(told) > 1 else (),
        findings=told,
    )
