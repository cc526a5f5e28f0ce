/** What the documents give back: the parts tests look at, all optional but `__typename`. */
export interface SessionAnswer {
  readonly id: string
  readonly state: 'SECOND_FACTOR_REQUIRED' | 'SECURITY_INFO_REQUIRED' | 'ACTIVE'
  readonly proofs: readonly { readonly kind: string; readonly way: string }[]
  readonly proofOptions: readonly {
    readonly way: string
    readonly isDefault: boolean
    readonly method: { readonly id: string; readonly kind: string; readonly label: string }
  }[]
  readonly interrupt: {
    readonly required: number
    readonly position: number
    readonly missing: readonly string[]
    readonly skippable: boolean
    readonly snoozesLeft: number | null
    readonly deadline: string | null
    readonly reasons: readonly { readonly rule: string; readonly message: string }[]
    readonly offers: readonly {
      readonly kind: string
      readonly satisfies: readonly string[]
      readonly blocked: { readonly code: string; readonly message: string } | null
    }[]
    readonly sections: readonly { readonly id: string; readonly done: boolean }[]
  } | null
}

export interface MethodAnswer {
  readonly id: string
  readonly kind: string
  readonly label: string
  readonly hint: string | null
  readonly state: string
  readonly usedFor: readonly string[]
  readonly isDefault: boolean
  readonly phishingResistant: boolean
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly ways: readonly {
    readonly id: string
    readonly title: string
    readonly usedFor: readonly string[]
  }[]
}

export interface SecurityInfoAnswer {
  readonly methods: readonly MethodAnswer[]
  readonly default: { readonly way: string; readonly method: { readonly id: string } } | null
  readonly offers: readonly { readonly kind: string; readonly blocked: { readonly code: string } | null }[]
  readonly coverage: readonly { readonly purpose: string; readonly have: number; readonly required: number }[]
}

export interface FlowAnswer {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly attemptsLeft: number
  readonly expiresAt: string
  readonly alternatives?: readonly { readonly id: string }[]
  readonly step: Readonly<Record<string, unknown>> & {
    readonly __typename: string
    readonly kind: string
    readonly way: string
    readonly instructions: string
    /** Of `CodeSent`. */
    readonly destination?: string
    readonly note?: string | null
    readonly delivery?: string
    readonly problem?: { readonly code: string; readonly message: string } | null
    readonly resendAt?: string
  }
}

/** A member of a result union: the payload's fields where it succeeded, the error's where it did not. */
export interface Answer {
  readonly __typename: string
  readonly code?: string
  readonly message?: string
  readonly attemptsLeft?: number
  readonly retryAt?: string | null
  readonly hint?: string | null
  readonly path?: readonly string[]
  readonly rule?: string
  readonly limit?: number
  readonly maxAgeSeconds?: number
  readonly options?: readonly { readonly id: string }[]
  readonly token?: string | null
  readonly session?: SessionAnswer
  readonly method?: MethodAnswer | null
  readonly enrollment?: FlowAnswer
  readonly challenge?: FlowAnswer
  readonly securityInfo?: SecurityInfoAnswer
  /** Of a resent code. */
  readonly flow?: FlowAnswer
  readonly alternatives?: readonly { readonly id: string }[]
}
