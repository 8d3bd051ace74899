/** Classes of the program: methods, accessors and statics; fields are set when an instance is made. */

import ts from 'typescript'
import { Expressions } from './expressions.ts'
import { ClassValue, Closure, Env } from './values.ts'

const { SyntaxKind } = ts

export abstract class Classes extends Expressions {
  protected override makeClass(node: ts.ClassLikeDeclaration, env: Env): ClassValue {
    const heritage = node.heritageClauses?.find((clause) => clause.token === SyntaxKind.ExtendsKeyword)?.types[0]
    const base = heritage === undefined ? null : this.evaluate(heritage.expression, env)
    const scope = new Env(env)
    scope.declare('super', base)
    const cls = new ClassValue(node, scope, base)
    if (node.name !== undefined) {
      env.declare(node.name.text, cls)
      scope.declare(node.name.text, cls)
    }
    for (const member of node.members) {
      const isStatic = ts.canHaveModifiers(member) && hasStatic(member)
      if (ts.isMethodDeclaration(member) && member.body !== undefined) {
        const name = this.propertyName(member.name, scope)
        if (isStatic) cls.statics.set(name, new Closure(member, scope, cls, false, cls))
        else cls.methods.set(name, new Closure(member, scope, undefined, false, cls))
      } else if (ts.isGetAccessorDeclaration(member)) {
        cls.getters.set(this.propertyName(member.name, scope), new Closure(member, scope, undefined, false, cls))
      } else if (ts.isSetAccessorDeclaration(member)) {
        cls.setters.set(this.propertyName(member.name, scope), new Closure(member, scope, undefined, false, cls))
      } else if (isStatic && ts.isPropertyDeclaration(member)) {
        const inner = new Env(scope)
        inner.declare('this', cls)
        const value = member.initializer === undefined ? undefined : this.evaluate(member.initializer, inner)
        cls.statics.set(this.propertyName(member.name, scope), value)
      }
    }
    return cls
  }
}

function hasStatic(node: ts.HasModifiers): boolean {
  return node.modifiers?.some((modifier) => modifier.kind === SyntaxKind.StaticKeyword) ?? false
}
