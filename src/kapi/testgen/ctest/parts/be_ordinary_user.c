/* needs: nobody */
/* needs: become_user */

/* What root gets is another matter. */
static void be_ordinary_user(void)
{
	if (geteuid())
		return;
	SETUP(chown(".", NOBODY, NOBODY));
	become_user(NOBODY);
}
