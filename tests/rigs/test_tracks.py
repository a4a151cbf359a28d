"""Files are as the programs that play them expect, whole or not there."""

import csv
import json

import numpy as np
import pytest

from s2f_utils.rigs import arkit, blendshapes, tracks, visemes

# The first line of a take of Live Link Face.
HEADER = (
    "Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,"
    "EyeSquintLeft,EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,"
    "EyeSquintRight,EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,"
    "MouthRight,MouthLeft,MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,"
    "MouthDimpleRight,MouthStretchLeft,MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,"
    "MouthShrugUpper,MouthPressLeft,MouthPressRight,MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,"
    "MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,"
    "CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,"
    "LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll"
)


def test_a_take_is_written_as_live_link_face_writes_it(performances, tmp_path):
    one = performances[0]
    table, described = tracks.write(tmp_path / "a take.mp4", "arkit", one.motion, one.neutral, note="made")
    assert (table.name, described.name) == ("a take.arkit.csv", "a take.arkit.json")
    lines = table.read_text().splitlines()
    assert lines[0] == HEADER and len(lines) == 1 + len(one.motion)
    rows = [line.split(",") for line in lines[1:]]
    assert {len(row) for row in rows} == {63} and {row[1] for row in rows} == {"61"}
    values = np.array([row[2:] for row in rows], float)
    wanted = arkit.weights(one.motion, one.neutral)
    assert np.abs(values[:, :52] - wanted).max() <= 5.1e-5 and not values[:, 52:].any()
    assert [row[0] for row in rows[24:26]] == ["00:00:00:24.000", "00:00:01:00.000"]


def test_json_tells_what_it_is_and_which_weights_are_fitted(performances, tmp_path):
    one = performances[0]
    for which, names, found in (
        ("arkit", blendshapes.NAMES, arkit.weights(one.motion, one.neutral)),
        ("visemes", visemes.NAMES, visemes.weights(one.motion)),
    ):
        _, described = tracks.write(tmp_path / "take", which, one.motion, one.neutral, note="generated")
        value = json.loads(described.read_text(encoding="utf-8"))
        assert value["fps"] == 25 and value["note"] == "generated" and value["names"] == list(names)
        assert np.abs(np.array(value["weights"]) - found).max() <= 5.1e-5
        assert value.get("fitted", []) == list(blendshapes.FITTED if which == "arkit" else ())
        moving = {
            name for name, track in zip(names, np.transpose(value["weights"]), strict=True) if track.any()
        }
        assert which == "visemes" or moving <= set(value["fitted"])


def test_visemes_are_a_table_with_times(performances, tmp_path):
    table, _ = tracks.write(tmp_path / "take", "visemes", performances[0].motion)
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0])[:4] == ["frame", "seconds", "sil", "PP"] and len(rows) == len(performances[0].motion)
    assert rows[30]["frame"] == "30" and rows[30]["seconds"] == "1.20"
    assert all(abs(sum(float(row[name]) for name in visemes.NAMES) - 1) < 1e-3 for row in rows)


def test_timecodes_count_hours_minutes_seconds_and_frames():
    assert tracks.timecode(0) == "00:00:00:00.000"
    assert tracks.timecode(25 * 3600 + 25 * 60 + 25 + 7) == "01:01:01:07.000"


def test_formats_are_files():
    assert tracks.endings(["mp4", "arkit", "csv"]) == ["mp4", "arkit.csv", "arkit.json", "csv"]


def test_what_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(tracks.json, "dumps", fail)
    with pytest.raises(RuntimeError):
        tracks.write(tmp_path / "take", "arkit", np.zeros((2, 68, 2)))
    assert [path.name for path in tmp_path.iterdir()] == ["take.arkit.csv"], "whole, and no half of the other"
