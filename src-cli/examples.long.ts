/** Every exploration that an example's README has a figure of. */
import { describe, it } from 'vitest'
import { example, explored, folders } from './testing/example-folders.ts'

const claims = folders.flatMap((folder) => (example(folder).explore ?? []).map((claim) => ({ folder, ...claim })))

describe('pageward explore', () => {
  it.each(claims)('$folder/$file in $era: $executions executions', explored)
})
