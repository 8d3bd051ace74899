/** The long run of independence.test.ts. */
import './independence.test.ts'
