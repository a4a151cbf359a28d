"""Landmarks go in: tracks that other programs play come out.

`blendshapes` says where each of ARKit's moves the landmarks, `arkit` how much of each a face shows. `visemes`
tells what a mouth looks like it says. `tracks` writes both for Blender, Unreal, Unity and browsers.
"""
