/** Turns while something works; appears only when it takes longer than a moment. */
export const Spinner = () => <span aria-hidden="true" className="spinner" />;
