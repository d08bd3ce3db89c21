enum { NOBODY = 65534 };
