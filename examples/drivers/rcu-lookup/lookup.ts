// @era all
// @expect none
//
// "One owner that's responsible to free the page and make sure other references to the page get properly invalidated
// (maybe via RCU?)" (message 3). Yes, and no era changes a word of it: nothing here asks for a count.
import * as table from './extents.ts'
import { read_and_remove } from './reader.ts'

read_and_remove(table)
