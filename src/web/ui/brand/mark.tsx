/** The sign of Kalends: a K made of a stem and the new crescent moon, whose first sight opened the Roman month. Decorative. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="3 2 20 20" fill="currentColor" className={className}>
      <rect x="3" y="2" width="3.3" height="20" rx="1" />
      <path d="M19.6 2.2a10.05 10.05 0 1 0 0 19.6 10.4 10.4 0 0 1 0-19.6Z" />
    </svg>
  );
}
