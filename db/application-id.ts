/** `PRAGMA application_id` of a Nightshift database: "NSHT". */
export const applicationId = 0x4e534854;
