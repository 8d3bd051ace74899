// @era all
// @expect none
//
// Three kinds of holders of one folio: the cache, an entry, a pin. Truncation takes the first two away. The pin keeps
// the memory, and not its place in the file: the device writes into a folio that no file has any more.
import { file_fops } from './filemap.ts'
import { run } from './truncation.ts'

run(file_fops)
