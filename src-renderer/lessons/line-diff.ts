/** Lines that two short texts share and do not share (longest common subsequence). */
export interface DiffRow {
  readonly side: 'both' | 'mine' | 'theirs'
  readonly text: string
}

export function lineDiff(mine: string, theirs: string): DiffRow[] {
  const a = mine.trimEnd().split('\n')
  const b = theirs.trimEnd().split('\n')
  const width = b.length + 1
  const common = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0)
  const rows: DiffRow[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ side: 'both', text: a[i] ?? '' })
      i++
      j++
    } else if (
      j >= b.length ||
      (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0))
    ) {
      rows.push({ side: 'mine', text: a[i] ?? '' })
      i++
    } else {
      rows.push({ side: 'theirs', text: b[j] ?? '' })
      j++
    }
  }
  return rows
}
