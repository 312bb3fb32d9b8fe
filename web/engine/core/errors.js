/** The error for everything that keeps a model from running. */

/** A model that cannot be used. The message tells users what is wrong and what to do. */
export class ModelError extends Error {
  /**
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(message, options) {
    super(message, options);
    this.name = 'ModelError';
  }
}
