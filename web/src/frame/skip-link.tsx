/** Where the skip link leads: the content of the view. */
export const CONTENT_ID = 'content';

/** The first stop of the keyboard: leads past the bar and the navigation. */
export const SkipLink = () => (
  <a
    className="skip"
    href={`#${CONTENT_ID}`}
    onClick={(event) => {
      event.preventDefault();
      document.getElementById(CONTENT_ID)?.focus();
    }}
  >
    Skip to content
  </a>
);
