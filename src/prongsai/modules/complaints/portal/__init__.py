"""The citizens' pages: a form of one question at a time, the receipt, the public figures. No account ever."""
