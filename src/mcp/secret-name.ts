const SECRET_NAME = /authorization|api[-_]?key|token|secret|password|passphrase|cookie|credential/i;

/** Whether a header, a variable or an option of a server is a secret, by its name; rather one too many than one too few. */
export function isSecretByName(name: string): boolean {
  return SECRET_NAME.test(name);
}
