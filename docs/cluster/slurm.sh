#!/bin/bash
# Train on a Slurm cluster, one worker on each node: sbatch docs/cluster/slurm.sh --corpus text/
# Arguments are those of training.train. The project's folder must be shared by all nodes.
#SBATCH --job-name=elman
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

port=$((20000 + SLURM_JOB_ID % 10000))
workers=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed "s/.*/\"&:$port\"/" | paste -sd,)
export workers

# When a worker is lost, srun ends the others, and the job is queued again; it resumes.
srun --kill-on-bad-exit=1 bash -c '
    export TF_CONFIG="{\"cluster\": {\"worker\": [$workers]},
        \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
    exec .venv/bin/python -m training.train "$@"
' worker "$@" && status=0 || status=$?
if [ "$status" -ge 128 ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$status"
