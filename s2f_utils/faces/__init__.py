"""Pictures go in: 68 landmarks, their motion free of pose, aligned crops and bent pictures come out.

`tracking` finds the points with dlib, `usable` refuses faces that cannot talk; `geometry` takes the pose out
and defines every measure, such as the mouth opening; `extraction` does both for a film. `rest` takes out of a
single picture what a smile or a word did to the face. `drawing`, `warping` and `relighting` make pictures
again, and `augmentation` many out of few.
"""
