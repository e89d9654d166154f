"""What this project draws at random in a training step, once more in numpy: dropout masks, kept
edges and label splits, bit for bit those of its kernels and its trainer."""
import numpy as np

SEED = 7
# What a step's keys are for: channels of the layers, those before the head, edges, the input.
STREAMS = LAYERS, HEAD, EDGES, INPUT = range(4)
FEISTEL_ROUNDS = 6
LABEL_SPLITS = 2**33
WORD = 2**32
BETWEEN_LAYERS = 2654435769  # 2³² over the golden ratio


def pcg(v):
    s = v * np.uint32(747796405) + np.uint32(2891336453)
    w = ((s >> ((s >> np.uint32(28)) + np.uint32(4))) ^ s) * np.uint32(277803737)
    return (w >> np.uint32(22)) ^ w


def key_of(step, stream, forward_pass=0, layer=0):
    """Of a layer's mask: 0 is the one that reversible layers share."""
    one = lambda value: np.array([value % WORD], np.uint32)
    key = pcg(one(forward_pass * len(STREAMS) + stream) + pcg(one(step) + pcg(one(SEED))))
    return key + one(layer * BETWEEN_LAYERS)


def dropout_mask(key, rate, nodes, channels):
    """[nodes, channels] of 0 and 1 / (1 - rate)."""
    node = np.arange(nodes, dtype=np.uint32)[:, None]
    channel = np.arange(channels, dtype=np.uint32)[None, :]
    kept = pcg(channel + pcg(node + key)) >= np.uint32(int(rate * WORD))
    return kept.astype(np.float32) * np.float32(1 / (1 - rate))


def kept_edges(key, rate, edges, layer):
    """[edges]: false for those that a Feistel network permutes to the first `edges · rate`."""
    key = pcg(np.array([layer], np.uint32) + key)
    half = np.uint32(-(-int(edges - 1).bit_length() // 2))
    mask = np.uint32(2**int(half) - 1)

    def permuted(place):
        left, right = place >> half, place & mask
        for turn in range(FEISTEL_ROUNDS):
            left, right = right, left ^ (pcg(right + pcg(np.uint32(turn) + key)) & mask)
        return (left << half) | right

    place = permuted(np.arange(edges, dtype=np.uint32))
    while (outside := place >= edges).any():
        place = np.where(outside, permuted(place), place)
    assert len(set(place)) == edges
    return place >= int(edges * rate)


def random_words(seed, stream):
    """xoshiro128**, from words that MurmurHash3's finaliser mixes of seed and stream."""
    h = 0x9e3779b9

    def mix(word):
        nonlocal h
        h = (h + 0x9e3779b9) % WORD ^ word
        h = (h ^ h >> 16) * 0x85ebca6b % WORD
        h = (h ^ h >> 13) * 0xc2b2ae35 % WORD
        h ^= h >> 16
        return h

    rotate = lambda word, bits: (word << bits | word >> 32 - bits) % WORD
    for word in (seed, 0, stream % WORD, stream // WORD):
        mix(word)
    s = [mix(0) for _ in range(4)]
    while True:
        yield rotate(s[1] * 5 % WORD, 7) * 9 % WORD
        shifted = s[1] << 9
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] = (s[2] ^ shifted) % WORD
        s[3] = rotate(s[3], 11)


def label_split(step, train_nodes, rate=0.5):
    """The training nodes whose labels a step is given, and those it has to predict."""
    words = random_words(SEED, LABEL_SPLITS + step)
    order = list(range(len(train_nodes)))
    for i in range(len(order) - 1, 0, -1):
        limit = WORD - WORD % (i + 1)
        j = next(word for word in words if word < limit) % (i + 1)
        order[i], order[j] = order[j], order[i]
    share = int(np.floor(rate * len(order) + 0.5))
    return train_nodes[np.sort(order[:share])], train_nodes[np.sort(order[share:])]
