#!/usr/bin/env bash
# Pretrains on all GPUs of this machine:  examples/cluster/torchrun.sh 4 --paper kinetics --videos DIR --out RUN
# On several machines, the same on each:  MACHINES=2 FIRST=host1 examples/cluster/torchrun.sh 8 ...
# RUN must be on a disk that all machines see. A run whose process dies is started again, up to three times.
set -euo pipefail
cd "$(dirname "$0")/../.."
gpus="$1"
shift
examples/run Pretrain --help >/dev/null    # builds, once
where=(--standalone)
if [ "${MACHINES:-1}" -gt 1 ]; then
  where=(--nnodes "$MACHINES" --rdzv-backend c10d --rdzv-id mae4j --rdzv-endpoint "${FIRST:?}:29400")
fi
exec torchrun "${where[@]}" --nproc-per-node "$gpus" --max-restarts 3 --no-python \
  examples/run Pretrain "$@"
