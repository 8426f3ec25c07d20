/* Ends with status 0 and has done nothing. */
int main(void)
{
    return 0;
}
