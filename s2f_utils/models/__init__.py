"""Features go in: trained models and what they answer come out. Each imports Keras by itself.

Sound to motion: `cnn_rnn` joins `content`, what is said, and `manner`, how it is said; its causal sister
`cnn_rnn_live`, their `layers` and batches of `utterances`; the rivals `net_2017` with its
`net_2017_repairs`, `lstm_2018` and the `baselines`. Landmarks to pictures: `dcgan`, its
`adversarial_training` on `face_pairs`, and `baselines_pictures`. `training` has what all share: seeds,
progress, models on disk.
"""
