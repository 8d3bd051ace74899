/** The long run of random-programs.test.ts. */
import './random-programs.test.ts'
