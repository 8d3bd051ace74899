/** Measured cases without a program, and what the surface would have to have for one. */
export const OPEN_CASES: Readonly<Record<string, string>> = {
  bad_rss: 'a setter of the rss counters of an mm',
  kfence: 'KFENCE, which no machine here has',
  page_poison: 'page_poison=1, which no machine here has',
}
