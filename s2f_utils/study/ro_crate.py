"""A report's manifest once more in the public vocabulary, so that repositories can read what made what."""

import mimetypes
from datetime import datetime, timedelta
from pathlib import Path

from s2f_utils import files

NAME = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_TERMS = "Not for commercial use, as the 68-point face model; faces and voices remain their owners'."


def write(run: Path, manifest: dict) -> None:
    """Describe a finished report as a Process Run Crate, in a file beside its manifest.

    A notebook that ran is an action. Its executed copy is the instrument; its parameters, the recordings and
    what earlier notebooks left are the objects; what it shows, records and leaves are the results. Leo et al.
    (2024), "Recording provenance of workflow runs with RO-Crate".
    """
    from rocrate.model import ContextEntity
    from rocrate.rocrate import ROCrate

    def about(place: str, kind: str, **facts: str) -> ContextEntity:
        return crate.add(ContextEntity(crate, place, {"@type": kind, **facts}))

    crate, captions = ROCrate(version="1.1"), {item["path"]: item["caption"] for item in manifest["figures"]}
    crate.name, crate.description = (
        f"A face from a voice: {run.name}",
        "Executed notebooks and their results.",
    )
    crate.license = about("#terms", "CreativeWork", name="Terms of use", description=_TERMS)
    crate.datePublished = max(entry["executed"] for entry in manifest["notebooks"].values())
    version = {"name": "Process Run Crate", "version": PROFILE.rpartition("/")[2]}
    crate.root_dataset["conformsTo"] = about(PROFILE, "CreativeWork", **version)
    for name, entry in manifest["notebooks"].items():
        code = {"@type": ["File", "SoftwareSourceCode"], "name": entry["title"], "version": entry["commit"]}
        code["encodingFormat"] = "application/x-ipynb+json"
        executed = crate.add_file(run / f"{name}.ipynb", f"{name}.ipynb", properties=code)
        results = [
            crate.add_file(run / path, path, properties=_facts(path, captions)) for path in entry["outputs"]
        ]
        left = f"{len(entry['products'])} files of features or models in data/"
        results.append(about(f"#{name}/left", "Dataset", name=left))
        objects = [crate.get(f"#{needed}/left") for needed in entry["key"]["needs"]]
        for kind, values in (("parameters", entry["parameters"]), ("recordings", entry["key"]["inputs"])):
            for key, value in values.items():
                facts = {"name": f"{kind}: {key}", "value": str(value)}
                objects.append(about(f"#{name}/{kind}/{key}", "PropertyValue", **facts))
        start = datetime.fromisoformat(entry["executed"])
        times = {"startTime": start, "endTime": start + timedelta(seconds=entry["seconds"])}
        facts = {key: moment.isoformat(timespec="milliseconds") for key, moment in times.items()}
        facts |= {"name": name, "description": entry["title"]}
        action = crate.add_action(executed, f"#{name}", object=objects, result=results, properties=facts)
        crate.root_dataset.append_to("mentions", action)
    files.write_json(run / NAME, crate.metadata.generate())


def _facts(path: str, captions: dict[str, str]) -> dict[str, str]:
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return {"name": captions.get(path, path), "encodingFormat": kind}
