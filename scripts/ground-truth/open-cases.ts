/** Measured cases without a program, and what the surface would have to have for one. */
export const OPEN_CASES: Readonly<Record<string, string>> = {
  kfence:
    'a machine with KFENCE: it watches one allocation in 100 ms of real time, and no option of a machine says so; ' +
    'what it found there, the rules find for every allocation',
  page_poison:
    'a machine with page_poison=1, which no option of a machine says; of the two values measured one is a pfn, the ' +
    'other (got_p_again = 0) is about the page that setting a kprobe took in between',
}
