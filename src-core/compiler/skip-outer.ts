/** Expressions without what only brackets and types add. */
import ts from 'typescript'

/** The expression inside parentheses, `as`, `satisfies` and `!`. */
export function skipOuter(node: ts.Expression): ts.Expression {
  let inner = node
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner)
  ) {
    inner = inner.expression
  }
  return inner
}
