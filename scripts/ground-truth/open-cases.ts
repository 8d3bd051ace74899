/** Measured cases without a program, and what the surface would have to have for one. */
export const OPEN_CASES: Readonly<Record<string, string>> = {
  bad_rss: 'a setter of the rss counters of an mm',
  e_release: 'no value: it unmaps what a case that was held open had mapped',
  kfence: 'KFENCE, which no machine here has',
  page_poison: 'page_poison=1, which no machine here has',
}
