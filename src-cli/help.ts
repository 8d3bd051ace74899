/** `pageward --help`. */
export const HELP = `pageward: who owns every page of kernel memory, and why a driver that works today breaks tomorrow

usage: pageward COMMAND [options] FILE…

  run FILE…       run programs and report what they do wrong
  explore FILE    run a program under every schedule and report what any of them shows
  check FILE…     compile, check types and ownership, without running
  test DIR…       run every snippet with @expect lines and compare
  explain [CODE]  what a diagnosis means, the smallest bad program, its fix
  lesson list | show ID | check ID FILE | lint DIR
                  lessons in a terminal; check and lint are for courses and authors

options:
  --era ERA|all        v6.12 (measured) v6.14 v6.17 v6.18 next memdesc
  --no-eras            do not ask the other eras for their verdict
  --machine "K=V …"    memory=64M cpus=1 arch=x86_64|arm64-16k|i386-highmem debug=on|off iommu=on|off seed=N
  --steps N            steps before the run ends (5000000)
  --seconds S          wall clock before the run ends (10)
  --memory-limit M     memory of the trace (1G)
  --format text|json|sarif|lkml
  --schedule TOKEN     run: a schedule that explore found
  --trace OUT          write the trace: .pwtrace (docs/trace-format.md), .pftrace for Perfetto

options of explore:
  --bound P            at most P preemptions
  --max-executions N   stop after N executions
  --mode exhaustive|random|pct   --seed N
  --jobs N             worker threads (1)
  --shard I/N          only part I of N; --merge FILE… puts the results together
  --checkpoint FILE    what is left to do when it stops; --resume FILE goes on from there
  --naive              every interleaving, to compare with
  --steps N            steps of one execution (20000); --seconds S: no limit unless given

exit status: 0 nothing found, 1 errors found, 2 usage, file or compile error, 3 budget reached, 4 the simulator failed
`
