"""A report as a Process Run Crate: what the profile demands is there, and it says what the manifest says."""

import re

import pytest
from rocrate.rocrate import ROCrate

from s2f_utils import files
from s2f_utils.study import ro_crate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def crate(small_report) -> ROCrate:
    """The crate as a reader of crates reads it, who wants every file that it names."""
    return ROCrate(small_report)


def test_what_the_profile_demands_is_there(small_report, crate):
    """RO-Crate 1.1 and Process Run Crate 0.5, each MUST in its words."""
    known = files.read_json(small_report / ro_crate.NAME)
    assert known["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {entity["@id"]: entity for entity in known["@graph"]}
    assert len(graph) == len(known["@graph"]), "every @id is that of one entity"
    described = graph["ro-crate-metadata.json"]
    assert described["about"] == {"@id": "./"} and described["@type"] == "CreativeWork"
    assert described["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    root = graph["./"]
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    assert graph[root["conformsTo"]["@id"]]["@type"] == "CreativeWork"
    assert re.fullmatch(r"https://w3id\.org/ro/wfrun/process/0\.5", root["conformsTo"]["@id"])
    actions = [entity for entity in graph.values() if entity["@type"] == "CreateAction"]
    assert {action["@id"] for action in actions} == {item["@id"] for item in root["mentions"]}
    for action in actions:
        assert "SoftwareSourceCode" in graph[action["instrument"]["@id"]]["@type"]
        assert action["name"] and action["description"] and action["startTime"] < action["endTime"]
    parts = {item["@id"] for item in root["hasPart"]}
    named = {entity["@id"] for entity in graph.values() if "File" in entity["@type"]}
    assert parts == named and all((small_report / name).is_file() for name in named)
    links = re.findall(r"'@id': '([^']*)'", str(known["@graph"]))
    assert set(links) <= {*graph, "https://w3id.org/ro/crate/1.1"}, "nothing is spoken of that is not there"


def test_it_says_what_the_manifest_says(small_report, crate):
    (name, entry), *others = files.read_json(small_report / "manifest.json")["notebooks"].items()
    action = crate.get(f"#{name}")
    assert not others and crate.get(f"{name}.ipynb")["version"] == entry["commit"]
    made = {result.id for result in action["result"] if result.type == "File"}
    assert made == set(entry["outputs"]) and any(path.endswith(".mp4") for path in made)
    given = {thing["name"]: thing["value"] for thing in action["object"]}
    assert given["parameters: SIZE"] == "5"
    assert given["recordings: CORPUS"] == entry["key"]["inputs"]["CORPUS"]


def test_a_figure_carries_its_caption_and_nothing_tells_of_a_machine(small_report, crate):
    figures = files.read_json(small_report / "manifest.json")["figures"]
    for item in figures:
        assert crate.get(item["path"])["name"] == item["caption"]
    assert str(small_report.parent) not in (small_report / ro_crate.NAME).read_text()


def test_two_writings_are_the_same(small_report):
    before = (small_report / ro_crate.NAME).read_bytes()
    ro_crate.write(small_report, files.read_json(small_report / "manifest.json"))
    assert (small_report / ro_crate.NAME).read_bytes() == before
