/** What a name must be besides of the right length, and what to say of one that is not. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly message: string;
}

const WITHOUT_EDGE_SPACES: NameForm = {
  pattern: /^\S(.*\S)?$/u,
  message: 'The name may not begin or end with a space.',
};

/** Of users. */
export const USER_NAME_FORMS: readonly NameForm[] = [
  { pattern: /^[^\p{C}]*$/u, message: 'The name may hold no control characters.' },
  WITHOUT_EDGE_SPACES,
];

/** Of KOReader accounts: HTTP Basic ends a name at a colon. */
export const ACCOUNT_NAME_FORMS: readonly NameForm[] = [
  { pattern: /^[^:\p{C}]*$/u, message: 'The name may hold no colon and no control characters.' },
  WITHOUT_EDGE_SPACES,
];
