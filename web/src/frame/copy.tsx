import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

/** A button that copies a text; `what` names it. */
export const Copy = ({ what, text }: { readonly what: string; readonly text: string }) => (
  <CopyToClipboard
    copyButtonText="Copy"
    copyButtonAriaLabel={`Copy ${what}`}
    copySuccessText="Copied"
    copyErrorText="Can't copy"
    textToCopy={text}
  />
);
