"""The paper's operators, models and losses by public PyTorch operations, activations stored.
Options have this project's names, weights those of the paper's public code."""
import copy
import math

import torch
import torch.nn.functional as F

import draws

MESSAGE_EPSILON, LARGEST_POWERED, NORM_EPSILON = 1e-7, 10, 1e-5
NEGATIVE_SLOPE = 0.2
MOST_ITERATIONS = 2000
LOSS_EPSILON = 1 - math.log(2)
# What a loss and a step are told, unless a case says otherwise.
TOLD = dict(teacherShare=0.95, temperature=0.7, labelSmoothing=0, maskRate=0.5, weightDecay=0)


class Run:
    """One evaluation of a model: in a training step, if there is a step."""
    # How near any number came to a kink, where another program's roundings may take the other side.
    margin = math.inf

    @classmethod
    def keeps_away(cls, distances):
        """Those of exactly 0 are no roundings' work: both programs have the same."""
        distances = distances.detach().abs()
        if (distances > 0).any():
            cls.margin = min(cls.margin, distances[distances > 0].min().item())

    def __init__(self, options, weights, inputs, step=None, forward_pass=0):
        self.options, self.weights, self.inputs = options, weights, inputs
        self.step, self.forward_pass = step, forward_pass
        self.nodes = len(inputs["row_ptr"]) - 1
        self.source = inputs["col_idx"].long()
        degrees = inputs["row_ptr"].diff().long()
        self.target = torch.repeat_interleave(torch.arange(self.nodes), degrees)

    def over(self, edges):
        """The same over some of the edges."""
        part = copy.copy(self)
        part.source, part.target = self.source[edges], self.target[edges]
        return part

    def mask(self, stream, channels, rate, layer=0):
        dtype = self.inputs["x"].dtype
        if self.step is None or rate == 0:
            return torch.ones(self.nodes, channels, dtype=dtype)
        key = draws.key_of(self.step, stream, self.forward_pass, layer)
        return torch.tensor(draws.dropout_mask(key, rate, self.nodes, channels), dtype=dtype)

    def kept(self, layer, rate):
        if self.step is None or rate == 0:
            return torch.ones(len(self.source), dtype=torch.bool)
        key = draws.key_of(self.step, draws.EDGES, self.forward_pass)
        return torch.tensor(draws.kept_edges(key, rate, len(self.source), layer))


def block_names(options):
    """Of all layers; tied ones repeat the first two."""
    layers, groups = range(options["layers"]), range(options["groups"])
    if options.get("tied"):
        layers = [layer % 2 for layer in layers]
    if options["kind"] == "rev-gat":
        return [f"convs.{layer}._fn.Fms.{group}" for layer in layers[1:-1] for group in groups]
    if options["groups"] == 1:
        return [f"gcns.{layer}" for layer in layers]
    return [f"gcns.{layer}._fn.Fms.{group}" for layer in layers for group in groups]


def relu(x):
    Run.keeps_away(x)
    return F.relu(x)


def linear(run, name, x):
    return F.linear(x, run.weights[f"{name}.weight"], run.weights.get(f"{name}.bias"))


def norm(run, name, x):
    """Batch norm where there are running statistics; guesses of label inputs leave those alone."""
    weight, bias = run.weights[f"{name}.weight"], run.weights[f"{name}.bias"]
    if f"{name}.running_mean" not in run.weights:
        return F.layer_norm(x, (x.shape[1],), weight, bias, NORM_EPSILON)
    running = run.weights[f"{name}.running_mean"], run.weights[f"{name}.running_var"]
    trains = run.step is not None
    if trains and run.forward_pass > 0:
        running = None, None
    return F.batch_norm(x, *running, weight, bias, trains, eps=NORM_EPSILON)


def sums(run, values):
    """What each node's in-edges bring, [edges, …] to [nodes, …]."""
    zeros = torch.zeros(run.nodes, *values.shape[1:], dtype=values.dtype)
    return zeros.index_add(0, run.target, values)


def maxima(run, values):
    index = run.target.view(-1, *[1] * (values.dim() - 1)).expand_as(values)
    zeros = torch.zeros(run.nodes, *values.shape[1:], dtype=values.dtype)
    return zeros.scatter_reduce(0, index, values, "amax", include_self=False)


def softmax(run, values):
    """Over the in-edges of each node."""
    weights = (values - maxima(run, values.detach())[run.target]).exp()
    return weights / sums(run, weights)[run.target]


def aggregate(run, name, message):
    options = run.options.get("aggregation", {"kind": "max"})
    kind, learned = options["kind"], lambda value: run.weights.get(f"{name}.{value}")
    degrees = sums(run, torch.ones(len(run.source), 1, dtype=message.dtype))
    if kind == "max":
        best = maxima(run, message)
        # PyTorch's amax shares a gradient among ties: messages of zero gradient apart, all are of
        # one source.
        won = message == best[run.target]
        sources = torch.where(won, run.source[:, None], 0).to(message.dtype)
        of_one = maxima(run, sources) * sums(run, won.to(message.dtype)) == sums(run, sources)
        assert (of_one | (best <= MESSAGE_EPSILON)).all()
        lost = torch.where(won, torch.full_like(message, -math.inf), message)
        Run.keeps_away((best - maxima(run, lost))[best > MESSAGE_EPSILON])
        return best
    if kind in ("add", "mean"):
        return sums(run, message) / (degrees.clamp(min=1) if kind == "mean" else 1)
    if kind.startswith("softmax"):
        t = learned("t") if options.get("learnT") else options.get("t", 1)
        weights = softmax(run, t * message)
        result = sums(run, message * (weights.detach() if kind == "softmax_sg" else weights))
    else:
        p = learned("p") if options.get("learnP") else options.get("p", 1)
        Run.keeps_away(message - LARGEST_POWERED)
        powers = message.clamp(MESSAGE_EPSILON, LARGEST_POWERED).pow(p)
        mean = sums(run, powers) / degrees.clamp(min=1)
        # A node without in-edges gets 0, whose root would have no gradient.
        result = torch.where(degrees > 0, mean, torch.ones_like(mean)).pow(1 / p) * (degrees > 0)
    if not kind.endswith("_sum"):
        return result
    y = learned("y") if options.get("learnY") else torch.tensor(options.get("y", 0.0))
    return degrees.pow(y.sigmoid()) * result


def gen_conv(run, name, x, layer):
    sent = x[run.source]
    if run.edges is not None:
        sent = sent + linear(run, f"{name}.edge_encoder", run.edges)
    message = aggregate(run, name, relu(sent) + MESSAGE_EPSILON)
    if run.options.get("aggregation", {}).get("messageNorm"):
        scale = run.weights.get(f"{name}.msg_norm.msg_scale", 1)
        message = F.normalize(message, dim=1) * x.norm(dim=1, keepdim=True) * scale
    hidden = norm(run, f"{name}.mlp.1", linear(run, f"{name}.mlp.0", x + message))
    return linear(run, f"{name}.mlp.3", relu(hidden))


def adjacency(run, dtype):
    """[target, source]: how many edges."""
    counts = torch.zeros(run.nodes**2, dtype=dtype)
    return counts.index_add(0, run.target * run.nodes + run.source,
                            torch.ones(len(run.source), dtype=dtype)).view(run.nodes, run.nodes)


def gcn_conv(run, name, x, layer):
    counts = adjacency(run, x.dtype).fill_diagonal_(1)
    degrees = counts.sum(1)
    return linear(run, f"{name}.lin", counts / (degrees[:, None] * degrees).sqrt() @ x)


def sage_conv(run, name, x, layer):
    counts = adjacency(run, x.dtype)
    mean = counts / counts.sum(1, keepdim=True).clamp(min=1) @ x
    return linear(run, f"{name}.lin", torch.cat([x, mean], 1))


def linear_conv(run, name, x, layer):
    return linear(run, f"{name}.lin", x)


def gat_conv(run, name, x, layer):
    """As the public RevGAT's: scores of sources are of scaled features, those of targets not."""
    options = run.options.get("attention", {})
    vectors = run.weights[f"{name}.attn_l"]
    features = linear(run, f"{name}.fc", x).view(run.nodes, *vectors.shape[1:])
    counts = adjacency(run, x.dtype)
    sent = features
    if options.get("symmetric"):
        sent = features * counts.sum(0).clamp(min=1).pow(-0.5)[:, None, None]
    scores = (sent * vectors).sum(2)[run.source]
    if options.get("destination"):
        scores = scores + (features * run.weights[f"{name}.attn_r"]).sum(2)[run.target]
    Run.keeps_away(scores)
    scores = F.leaky_relu(scores, NEGATIVE_SLOPE)

    kept = run.kept(layer, options.get("edgeDropout", 0))
    part = run.over(kept)
    attention = softmax(part, scores[kept])
    result = sums(part, attention[:, :, None] * sent[part.source])
    if options.get("symmetric"):
        result = result * counts.sum(1).clamp(min=1).sqrt()[:, None, None]
    result = result.flatten(1)
    return result + linear(run, f"{name}.res_fc", x) if options.get("residual") else result


CONVOLUTIONS = {"gen": gen_conv, "gcn": gcn_conv, "sage": sage_conv, "gat": gat_conv,
                "linear": linear_conv}


def layers(run, h, member, convolve, first=0):
    """Blocks of pre-activation, coupled in groups that share a mask over all layers, or X + f(X) of
    one, with a mask a layer."""
    options = run.options
    groups, blocks = options["groups"], block_names(options)
    for layer in range(len(blocks) // groups):
        own = layer if groups == 1 else 0
        mask = run.mask(draws.LAYERS, h.shape[1], options["dropout"], own)
        parts = h.chunk(groups, 1)
        y = sum(parts[1:]) if groups > 1 else h
        outputs = []
        for group, part_mask in enumerate(mask.chunk(groups, 1)):
            block = blocks[layer * groups + group]
            dropped = relu(norm(run, f"{block}.norm", y)) * part_mask
            y = parts[group] + convolve(run, f"{block}.{member}", dropped, first + layer)
            outputs.append(y)
        h = torch.cat(outputs, 1)
    return h


def joined(features, labels):
    return features if labels is None else torch.cat([features, labels], 1)


def gnn(run, labels):
    """RevGNN, and ResGNN of one group."""
    features = run.inputs["x"]
    if "one_hot" in run.inputs:
        species = linear(run, "node_one_hot_encoder", run.inputs["one_hot"])
        features = torch.cat([features, species], 1)
    h = linear(run, "node_features_encoder", joined(features, labels))
    encodes = "edge_encoder.weight" in run.weights
    run.edges = linear(run, "edge_encoder", run.inputs["edge_features"]) if encodes else None
    h = layers(run, h, "gcn", CONVOLUTIONS[run.options.get("convolution", "gen")])
    mask = run.mask(draws.HEAD, h.shape[1], run.options["dropout"])
    return linear(run, "node_pred_linear", relu(norm(run, "last_norm", h)) * mask)


def cell(run, z, x, mask):
    """What a DEQ-GNN's state is the fixed point of."""
    convolve = CONVOLUTIONS[run.options["convolution"]]
    first = convolve(run, "deq.gcn1", z, 0)
    active = relu(norm(run, "deq.norm1", first + x)) * mask
    return norm(run, "deq.norm2", relu(convolve(run, "deq.gcn2", active, 0) + first))


def fixed_point(f, z):
    """By plain iteration to the last bits, of a function that contracts."""
    for _ in range(MOST_ITERATIONS):
        z, last = f(z), z
        if (z - last).abs().max() <= 4 * torch.finfo(z.dtype).eps * z.abs().max():
            return z
    raise AssertionError("the function does not contract")


def deq_gnn(run, labels):
    """Its gradient is the implicit one: that of f(z*) where u = Jᵀ u + dz* stands for dz*."""
    x = linear(run, "node_features_encoder", joined(run.inputs["x"], labels))
    x = F.layer_norm(x, (x.shape[1],), eps=NORM_EPSILON)
    mask = run.mask(draws.LAYERS, x.shape[1], run.options["dropout"])
    margin = Run.margin
    with torch.no_grad():
        solution = fixed_point(lambda z: cell(run, z, x, mask), torch.zeros_like(x))
    Run.margin = margin  # The iterations' own kinks leave no trace.
    z = cell(run, solution, x, mask)
    if z.requires_grad:
        here = solution.requires_grad_()
        there = cell(run, here, x.detach(), mask)

        def solve(dz):
            step = lambda u: torch.autograd.grad(there, here, u, retain_graph=True)[0] + dz
            return fixed_point(step, dz)

        z.register_hook(solve)
    mask = run.mask(draws.HEAD, x.shape[1], run.options["dropout"])
    return linear(run, "node_pred_linear", z * mask)


def rev_gat(run, labels):
    features = joined(run.inputs["x"], labels)
    if run.options.get("inputNorm"):
        features = norm(run, "input_norm", features)
    input_rate = run.options.get("inputDropout", 0)
    h = features * run.mask(draws.INPUT, features.shape[1], input_rate)
    h = layers(run, gat_conv(run, "convs.0", h, 0), "conv", gat_conv, first=1)
    mask = run.mask(draws.HEAD, h.shape[1], run.options["dropout"])
    last = run.options["layers"] - 1
    h = gat_conv(run, f"convs.{last}", relu(norm(run, "norm", h)) * mask, last)
    return h + run.weights["bias_last.bias"]


def label_inputs(inputs, nodes, logits=None):
    """The labels of these nodes, and guesses or nothing for all others; of tasks with means m as
    (y - m) / max(m, 1 - m)."""
    labels, is_classes = inputs["labels"], "teacher" in inputs
    means = torch.zeros_like(labels[0]) if is_classes else labels[nodes].mean(0)
    known = means.expand_as(labels) if logits is None \
        else logits.softmax(1) if is_classes else logits.sigmoid()
    known = known.clone()
    known[nodes] = labels[nodes]
    return known if is_classes else (known - means) / torch.maximum(means, 1 - means)


def predict(options, weights, inputs, step=None, mask_rate=0.5):
    """Logits, and the training nodes the loss counts. Where labels are inputs, first passes guess
    those that are not given, and the guesses stand in (label reuse)."""
    nodes = inputs["train_nodes"].long()
    model = {"deq-gnn": deq_gnn, "rev-gat": rev_gat}.get(options["kind"], gnn)
    if not options.get("labels"):
        return model(Run(options, weights, inputs, step), None), nodes
    given, predicted = (nodes, nodes) if step is None else draws.label_split(step, nodes, mask_rate)
    labels = label_inputs(inputs, given)
    for _ in range(options.get("labelIterations", 1)):
        with torch.no_grad():
            logits = model(Run(options, weights, inputs, step, forward_pass=1), labels)
        labels = label_inputs(inputs, given, logits)
    return model(Run(options, weights, inputs, step), labels), predicted


def loss_of(logits, nodes, inputs, loss, teacher=None, told=TOLD):
    """The mean over `nodes`; a student's is, for the most part, over all."""
    share, temperature = told["teacherShare"], told["temperature"]
    labels = inputs["labels"]
    if loss == "bce":
        return F.binary_cross_entropy_with_logits(logits[nodes], labels[nodes])
    entropy = F.cross_entropy(logits[nodes], labels[nodes].argmax(1), reduction="none",
                              label_smoothing=told["labelSmoothing"])
    if loss == "log-epsilon":
        entropy = (LOSS_EPSILON + entropy).log() - math.log(LOSS_EPSILON)
    if teacher is None:
        return entropy.mean()
    student, taught = (logits / temperature).log_softmax(1), (teacher / temperature).softmax(1)
    divergence = F.kl_div(student, taught, reduction="mean") * temperature**2
    return (1 - share) * entropy.mean() + share * divergence
