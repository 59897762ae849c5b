# Sourced by gateway/run, tests/run and tests/fuzz/run: steps with a name and a duration, quiet when
# all goes well, never silent for long.

step_name=""
step_start=0

begin() {
    step_name=$1
    step_start=$SECONDS
    echo "== $step_name"
}

end() { echo "   $step_name: $((SECONDS - step_start)) s"; }

die() {
    echo "error: $*" >&2
    exit 1
}

# Runs a command with its output in a file; shows a sign of life, and the file when it fails.
quietly() {
    local log status=0 waited=0 pid
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        waited=$((waited + 1))
        if [ $((waited % 75)) = 0 ]; then echo "   … $((waited / 5)) s: $(tail -n 1 "$log" | cut -c1-90)"; fi
    done
    wait "$pid" || status=$?
    if [ "$status" != 0 ]; then tail -n 60 "$log" >&2; fi
    rm -f "$log"
    return "$status"
}

# Reads lines and shows them, with a sign of life after 15 s without any. With `thin`, ninja's
# progress lines are shown only every 10 s.
follow() {
    local mode=${1:-all} line progress="" shown=$SECONDS
    while :; do
        if IFS= read -r -t 15 line; then
            if [ "$mode" = thin ] && [[ $line =~ ^\[[0-9]+/[0-9]+\] ]]; then
                progress=${line:0:100}
                if [ $((SECONDS - shown)) -lt 10 ]; then continue; fi
                line="   $progress"
            fi
            printf '%s\n' "$line"
            shown=$SECONDS
        elif [ $? -gt 128 ]; then
            echo "   … $((SECONDS - step_start)) s${progress:+: after $progress}"
            shown=$SECONDS
        else
            break
        fi
    done
}

# A job needs up to 1.5 GiB (Beast, RocksDB's headers).
job_count() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo 2>/dev/null || echo 1)
    if [ "${memory:-0}" -lt 1 ]; then memory=1; fi
    echo $((cores < memory ? cores : memory))
}

# build FOLDER [TARGET…]
build() {
    local folder=$1
    shift
    if [ -t 1 ]; then
        ninja -C "$folder" -j "$(job_count)" "$@"
    else
        ninja -C "$folder" -j "$(job_count)" "$@" 2>&1 | follow thin
    fi
}
